package middleware

import (
	"context"
	"errors"
	"time"
)

// enrich calls Config.Enrich with a token for this request alone.
func (d *decision) enrich() bool {
	call := d.auth.config.Enrich
	if call == nil {
		return true
	}
	own := *d.token
	moveLists(&own, nil)
	if err := call(d.ctx, &own); err != nil {
		if errors.Is(d.ctx.Err(), context.Canceled) {
			return d.abandon()
		}
		d.hint, d.retryAfter = "look into Config.Enrich: it returned an error", time.Second
		return d.reject(ErrUnavailable)
	}
	own.Issuer, own.Subject, own.ClientID = d.token.Issuer, d.token.Subject, d.token.ClientID
	own.KeyThumbprint, own.CertificateThumbprint = d.token.KeyThumbprint, d.token.CertificateThumbprint
	own.Expiry, own.NotBefore, own.IssuedAt = d.token.Expiry, d.token.NotBefore, d.token.IssuedAt
	v := d.verified
	d.verified = &verified{token: &own, raw: v.raw, issuer: v.issuer, key: v.key, times: v.times}
	d.token = &own
	return d.checkTimesAgain()
}
