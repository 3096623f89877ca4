package middleware

import (
	"context"
	"errors"
	"time"
)

// checkOwnRule calls Issuer.Validate for a token that is not cached.
func (d *decision) checkOwnRule() bool {
	if d.cached || d.issuer.Validate == nil {
		return true
	}
	if d.issuer.Validate(d.token) != nil {
		d.hint, d.quiet = hintValidate, true
		return d.reject(ErrRejected)
	}
	return d.checkTimesAgain()
}

// checkRevocation calls Config.Revoked, for cached tokens too.
func (d *decision) checkRevocation() bool {
	if d.auth.config.Revoked == nil {
		return true
	}
	revoked, err := d.auth.config.Revoked(d.ctx, d.token)
	switch {
	case err != nil && errors.Is(d.ctx.Err(), context.Canceled):
		return d.abandon()
	case err != nil:
		d.hint, d.retryAfter = hintRevoked, time.Second
		return d.reject(ErrUnavailable)
	case revoked:
		return d.reject(ErrRevoked)
	}
	return d.checkTimesAgain()
}

// checkTimesAgain judges the token at the time after a call of the API owner's
// function, which may have waited. The requirement is judged at that time too.
func (d *decision) checkTimesAgain() bool {
	d.now = d.auth.now()
	return d.checkTimes()
}
