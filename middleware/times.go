package middleware

import "math"

// checkTimes checks exp, nbf and iat (RFC 7519, sections 4.1.4 to 4.1.6) and the
// age that Issuer.MaxAge allows. It is done for cached tokens too.
func (d *decision) checkTimes() bool {
	if d.judgeTimes() {
		return true
	}
	d.explainTimes()
	return false
}

// judgeTimes is checkTimes without a hint.
func (d *decision) judgeTimes() bool {
	if d.verified != nil && d.verified.times.include(d.now) {
		return true
	}
	t, maxAge := d.token, d.issuer.MaxAge
	early, late := d.now.Add(-d.auth.leeway), d.now.Add(d.auth.leeway)
	switch {
	case maxAge > 0 && t.IssuedAt.IsZero():
		return d.reject(ErrMalformedToken)
	case !early.Before(t.Expiry):
		return d.reject(ErrExpired)
	case late.Before(t.NotBefore), late.Before(t.IssuedAt):
		return d.reject(ErrNotYetValid)
	case maxAge > 0 && !early.Before(t.IssuedAt.Add(maxAge)):
		return d.reject(ErrExpired)
	}
	return true
}

// explainTimes is explain for checkTimes. A token that is too old is quiet, as one that
// has expired is.
func (d *decision) explainTimes() {
	t := d.token
	switch {
	case d.reason == ErrMalformedToken:
		d.hint = hintNoIat
	case d.reason == ErrExpired && t.Expiry.After(d.now.Add(-d.auth.leeway)):
		d.hint, d.quiet = hintMaxAge, true
	case d.reason == ErrExpired && !t.IssuedAt.IsZero() && !t.Expiry.After(t.IssuedAt):
		d.hint = hintLifetime
	case d.reason == ErrNotYetValid && t.IssuedAt.After(d.now.Add(d.auth.leeway)):
		d.hint = hintIssuedAt
	case d.reason == ErrNotYetValid:
		d.hint = hintNotBefore
	}
}

// spanOf returns the span of the decision's token.
func (d *decision) spanOf() span {
	t, maxAge, leeway := d.token, d.issuer.MaxAge, d.auth.leeway
	from, until := t.NotBefore, t.Expiry.Add(leeway)
	if t.IssuedAt.After(from) {
		from = t.IssuedAt
	}
	if maxAge > 0 && t.IssuedAt.Add(maxAge+leeway).Before(until) {
		until = t.IssuedAt.Add(maxAge + leeway)
	}
	if from.IsZero() {
		return span{math.MinInt64, until.Unix()}
	}
	return span{from.Add(-leeway).Unix() + 1, until.Unix()}
}
