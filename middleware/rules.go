package middleware

import (
	"context"
	"errors"
	"time"
)

// checkOwnRule calls Issuer.Validate for a token that is not cached.
func (d *decision) checkOwnRule() bool {
	if !d.cached && d.issuer.Validate != nil && d.issuer.Validate(d.token) != nil {
		return d.reject(ErrRejected)
	}
	return true
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
		d.hint, d.retryAfter = "Config.Revoked returned an error", time.Second
		return d.reject(ErrUnavailable)
	case revoked:
		return d.reject(ErrRevoked)
	}
	return true
}
