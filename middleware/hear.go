package middleware

import (
	"strings"
	"time"
)

// hear tells of an admission those who asked for it. began is when the decision began, if
// that is to be told.
func (d *decision) hear(r *Request, began time.Time) {
	callerOf(d.ctx).admitted(d.verified)
	if d.auth.observe.admissions {
		d.reportAdmitted(r, time.Since(began))
	}
}

// hearVouched is hear for a caller that the API vouches for.
func (d *decision) hearVouched(r *Request) {
	o := &d.auth.observe
	o.counts.vouched.Add(1)
	callerOf(d.ctx).admitted(d.verified)
	if o.admissions {
		d.reportAdmitted(r, 0)
	}
}

// reportAdmitted makes the event of an admission.
func (d *decision) reportAdmitted(r *Request, took time.Duration) {
	d.auth.observe.report(d.ctx, Event{
		Kind: EventAdmitted, Issuer: d.issuer.URL, Dialect: d.issuer.Dialect.Name, ClientID: d.token.ClientID,
		Cached: d.cached, Duration: took, Method: methodName(r.Method), Route: strings.Clone(r.Route),
		Need: needText(d.need),
	})
}
