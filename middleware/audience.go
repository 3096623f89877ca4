package middleware

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// audienceComesLast reports whether the audience can be judged only when all claims
// are read: Dialect.Customize may change it, and the substitute for it is a scope.
// Otherwise readClaims judges it.
func (issuer *trustedIssuer) audienceComesLast() bool {
	return issuer.customize != nil ||
		issuer.AudienceFromClients == nil && issuer.AudienceFromScope != ""
}

// checkAudience checks that the token was issued for this API, unless readClaims has
// done that.
func (d *decision) checkAudience() bool {
	if d.issuer.audienceComesLast() && !d.issuer.hasAudience(d.token, d.scratch.payload) {
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
	ours := stringset.In(issuer.audiences)
	return slices.ContainsFunc(t.Audience, ours.Has) ||
		slices.ContainsFunc(t.Audience, issuer.matchesAudience) ||
		issuer.DangerouslyAllowMissingAudience && namesNone(t.Audience)
}

// namesNone reports whether audience holds no name. Some issuers write an empty string
// or an empty array where others leave the claim out.
func namesNone(audience []string) bool {
	return !slices.ContainsFunc(audience, func(aud string) bool { return aud != "" })
}

// audiencesFor returns the names of this API for a token with these claims: the
// configured ones, and those of the token that match a template. Roles and the client
// ID are read with them.
func (issuer *trustedIssuer) audiencesFor(p claims.Payload) []string {
	if len(issuer.templates) == 0 {
		return issuer.audiences
	}
	names := slices.Clip(issuer.audiences)
	add := func(raw []byte) bool {
		if aud, ok := strictjson.String(raw); ok && issuer.matchesAudience(aud) {
			names = append(names, aud)
		}
		return true
	}
	paths := issuer.Dialect.Audience
	if paths == nil {
		paths = [][]string{{"aud"}}
	}
	for _, path := range paths {
		raw, _ := p.Lookup(path...)
		if len(raw) > 0 && raw[0] == '[' {
			strictjson.Each(raw, add)
		} else {
			add(raw)
		}
	}
	return names
}

// matchesAudience reports whether aud matches one of the templates.
func (issuer *trustedIssuer) matchesAudience(aud string) bool {
	for i := range issuer.templates {
		if issuer.templates[i].matches(aud) {
			return true
		}
	}
	return false
}

// hasScopePrefix reports whether one of the scopes begins with AudienceFromScope. It
// reads the scopes again, because the Dialect may have taken that prefix off.
func (issuer *trustedIssuer) hasScopePrefix(p claims.Payload) bool {
	plain := issuer.Dialect
	plain.ScopePrefix = ""
	t, err := plain.Token(p)
	return err == nil && slices.ContainsFunc(t.Scopes, func(s string) bool {
		return strings.HasPrefix(s, issuer.AudienceFromScope)
	})
}
