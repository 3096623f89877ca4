package middleware

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// comparedAudiences is the number of a token's audiences that hints look at. Their work
// is for tokens that are rejected, whose lists a client may have made long.
const comparedAudiences = 32

// hintAudience compares each audience of the token, which may have several.
func hintAudience(issuer *trustedIssuer, t *claims.Token, p claims.Payload) string {
	audience := t.Audience[:min(len(t.Audience), comparedAudiences)]
	azp := text(p, "azp")
	isOther := func(aud string) bool { return aud == "" || aud != t.ClientID && aud != azp }
	switch {
	case issuer.AudienceFromClients != nil && t.ClientID == "":
		return hintNoClient
	case issuer.AudienceFromClients != nil:
		return hintClients
	case issuer.AudienceFromScope != "":
		return hintScopePrefix
	case namesNone(audience) && text(p, "token_use") != "" && strings.Contains(issuer.URL, "cognito"):
		return hintCognito
	case namesNone(audience):
		return hintNoAudience
	case slices.ContainsFunc(audience, isGraph):
		return hintGraph
	case issuer.hasAudienceLike(audience, func(aud string) string { return aud }):
		return hintAudienceSlash
	case issuer.hasAudienceLike(audience, strings.ToLower):
		return hintAudienceCase
	case issuer.hasAudienceLike(audience, withoutScheme):
		return hintAudienceForm
	case issuer.hasAudienceLike(audience, strings.TrimSpace):
		return hintAudienceSpace
	case slices.ContainsFunc(audience, isKeycloaks):
		return hintAccount
	case !slices.ContainsFunc(audience, isOther):
		return hintAudienceClient
	}
	return hintAudienceOther
}

// hasAudienceLike reports whether one of audience and one of the configured
// ones have the same form, without their trailing slashes.
func (issuer *trustedIssuer) hasAudienceLike(audience []string, form func(string) string) bool {
	var forms []string
	for _, configured := range issuer.audiences {
		forms = append(forms, form(strings.TrimSuffix(configured, "/")))
	}
	ours := stringset.In(forms)
	return slices.ContainsFunc(audience, func(aud string) bool {
		return ours.Has(form(strings.TrimSuffix(aud, "/")))
	})
}

// withoutScheme returns aud in lower case and without "api://", "https://" or the like.
func withoutScheme(aud string) string {
	if _, rest, ok := strings.Cut(aud, "://"); ok {
		aud = rest
	}
	return strings.ToLower(aud)
}

// isKeycloaks reports whether aud is a client that every realm of Keycloak has.
func isKeycloaks(aud string) bool {
	switch aud {
	case "account", "broker", "realm-management":
		return true
	}
	return false
}

// isGraph reports whether aud is one of the names of Microsoft Graph.
func isGraph(aud string) bool {
	switch aud {
	case "00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com",
		"https://graph.microsoft.com/":
		return true
	}
	return false
}
