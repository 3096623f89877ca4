package middleware

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// checkAudience checks that the token was issued for this API.
func (d *decision) checkAudience() bool {
	if !d.issuer.hasAudience(d.token, d.scratch.payload) {
		return d.reject(ErrWrongAudience)
	}
	return true
}

// hasAudience reports whether aud names this API (RFC 7519, section 4.1.3), or
// whether the substitute for it that the configuration names holds.
func (issuer *trustedIssuer) hasAudience(t *claims.Token, p claims.Payload) bool {
	switch {
	case issuer.AudienceFromClients != nil:
		return t.ClientID != "" && slices.Contains(issuer.AudienceFromClients, t.ClientID)
	case issuer.AudienceFromScope != "":
		return issuer.hasScopePrefix(p)
	}
	for _, aud := range t.Audience {
		if slices.Contains(issuer.audiences, aud) {
			return true
		}
	}
	return false
}

// hasScopePrefix reports whether one of the scopes begins with AudienceFromScope. It
// reads the scopes again, because the Dialect may have taken that prefix off.
func (issuer *trustedIssuer) hasScopePrefix(p claims.Payload) bool {
	plain := issuer.Dialect
	plain.ScopePrefix, plain.Customize = "", nil
	t, err := plain.Token(p)
	return err == nil && slices.ContainsFunc(t.Scopes, func(s string) bool {
		return strings.HasPrefix(s, issuer.AudienceFromScope)
	})
}
