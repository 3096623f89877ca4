package middleware

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// validate reads the claims of a token whose signature holds and judges them,
// but for the time, which is judged anew at each use.
func (is *issuer) validate(iss string, p claims.Payload) (*claims.Token, Reason) {
	t, err := is.Dialect.Token(p, is.audiences...)
	switch {
	case err == nil:
	case errors.Is(err, claimserr.ErrNotAccess):
		return nil, ErrNotAccessToken
	case errors.Is(err, claimserr.ErrRejected):
		return nil, ErrRejected
	default:
		return nil, ErrMalformedToken
	}
	if t.Issuer != iss {
		return t, ErrMalformedToken // a Complete function changed it
	}
	t.Tenant = is.tenantOf(t)
	if !is.meant(p, t) {
		return t, ErrWrongAudience
	}
	if p.Ambiguous() {
		return t, ErrMalformedToken
	}
	if raw, ok := p.Lookup("cnf"); ok && len(raw) > 0 {
		// Bound to a key (RFC 7800): without the proof it is somebody else's.
		return t, ErrNotHolder
	}
	if is.MaxAge > 0 && t.IssuedAt.IsZero() {
		return t, ErrMalformedToken
	}
	return t, ""
}

// meant reports whether the token is meant for this API.
func (is *issuer) meant(p claims.Payload, t *claims.Token) bool {
	switch {
	case is.AudienceFromClients != nil:
		return t.ClientID != "" && slices.Contains(is.AudienceFromClients, t.ClientID)
	case is.AudienceFromScope != "":
		return is.scopedForUs(p)
	}
	for _, aud := range t.Audience {
		if slices.Contains(is.audiences, aud) {
			return true
		}
	}
	return false
}

// scopedForUs looks at the scopes before the dialect took a prefix off.
func (is *issuer) scopedForUs(p claims.Payload) bool {
	raw := is.Dialect
	raw.ScopePrefix, raw.Customize = "", nil
	t, err := raw.Token(p)
	return err == nil && slices.ContainsFunc(t.Scopes, func(s string) bool {
		return strings.HasPrefix(s, is.AudienceFromScope)
	})
}

// current judges the times of a token (RFC 7519, sections 4.1.4 to 4.1.6). now
// must lie before the expiry and not before the token became valid, give or
// take the leeway.
func (is *issuer) current(t *claims.Token, now time.Time, leeway time.Duration) Reason {
	early, late := now.Add(-leeway), now.Add(leeway)
	switch {
	case !early.Before(t.Expiry):
		return ErrExpired
	case late.Before(t.NotBefore), late.Before(t.IssuedAt):
		return ErrNotYetValid
	case is.MaxAge > 0 && !early.Before(t.IssuedAt.Add(is.MaxAge)):
		return ErrExpired
	}
	return ""
}
