package middleware

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// Hints are for the log line of a rejected request. Each says what to do about a
// well-known cause, in fixed words: they hold nothing of a token.
const (
	hintEntraV1 = "add an Issuer for https://sts.windows.net/{tenantid}/, or set the API's " +
		"accessTokenAcceptedVersion to 2: the token is an Entra v1.0 token, and only v2.0 is configured"
	hintEntraV2 = "add an Issuer for https://login.microsoftonline.com/{tenantid}/v2.0: " +
		"the token is an Entra v2.0 token, and only v1.0 is configured"
	hintEntraTenant = "add the tenant if it may call this API: " +
		"the token is of an Entra tenant that is not configured"
	hintSlash  = "copy Issuer.URL from a token: iss differs from a configured issuer by a trailing slash only"
	hintScheme = "copy Issuer.URL from a token: iss differs from a configured issuer by its scheme only"

	hintTenants = "set Issuer.TenantExists, or list the tenants in Issuer.Tenants: " +
		"tokens name more tenants than can be asked for, most of which do not exist"

	hintNoAudience = "have the issuer add an aud, or set a substitute, Issuer.AudienceFromClients: " +
		"the token has no aud"
	hintCognito = "set Issuer.AudienceFromClients: Cognito puts no aud into access tokens"
	hintGraph   = "have the client request this API's own scope: " +
		"the token is for Microsoft Graph, and only Graph can verify it"
	hintAudienceSlash = "add the audience as the token spells it: " +
		"aud differs from a configured audience by a trailing slash only"
	hintAudienceCase = "add the audience as the token spells it: " +
		"aud differs from a configured audience in upper and lower case"
	hintAccount = "add an audience mapper for this API to the client or its scope in Keycloak: " +
		"aud is \"account\""
	hintAudienceClient = "set Issuer.AudienceFromClients if the issuer always does so: " +
		"aud is the client, not the API"
	hintAudienceOther = "have the client request a token for this API: " +
		"the token is for another API's audience"
	hintClients     = "add the client to Issuer.AudienceFromClients if it may call this API"
	hintScopePrefix = "have the client request a scope of this API: " +
		"none begins with Issuer.AudienceFromScope"

	hintNameless = "have the issuer write sub or client_id, or set Dialect.ClientID to the claim that names the client: " +
		"the token names neither a subject nor a client"
	hintIDToken = "have the client send the access_token of the token response: it sent an ID token"
)

// hint returns what to do about a token that was rejected after its signature was
// verified, "" if that is not known. t is nil if the claims could not be read.
func hint(reason Reason, issuer *trustedIssuer, t *claims.Token, p claims.Payload) string {
	switch reason {
	case ErrWrongAudience:
		return hintAudience(issuer, t, p)
	case ErrNotAccessToken:
		for _, name := range []string{"nonce", "at_hash", "c_hash"} {
			if _, ok := p.Lookup(name); ok {
				return hintIDToken
			}
		}
		if saysID(text(p, "typ")) || saysID(text(p, "token_use")) {
			return hintIDToken
		}
	}
	return ""
}

func saysID(s string) bool { return strings.EqualFold(s, "id") || s == "id_token" }

// hintAudience compares each audience of the token, which may have several.
func hintAudience(issuer *trustedIssuer, t *claims.Token, p claims.Payload) string {
	azp := text(p, "azp")
	isOther := func(aud string) bool { return aud == "" || aud != t.ClientID && aud != azp }
	switch {
	case issuer.AudienceFromClients != nil:
		return hintClients
	case issuer.AudienceFromScope != "":
		return hintScopePrefix
	case len(t.Audience) == 0 && text(p, "token_use") != "" && strings.Contains(issuer.URL, "cognito"):
		return hintCognito
	case len(t.Audience) == 0:
		return hintNoAudience
	case slices.ContainsFunc(t.Audience, isGraph):
		return hintGraph
	case issuer.hasAudienceLike(t, func(aud string) string { return aud }):
		return hintAudienceSlash
	case issuer.hasAudienceLike(t, strings.ToLower):
		return hintAudienceCase
	case slices.Contains(t.Audience, "account"):
		return hintAccount
	case !slices.ContainsFunc(t.Audience, isOther):
		return hintAudienceClient
	}
	return hintAudienceOther
}

// hasAudienceLike reports whether one of the token's audiences and one of the
// configured ones have the same form, without their trailing slashes.
func (issuer *trustedIssuer) hasAudienceLike(t *claims.Token, form func(string) string) bool {
	var forms []string
	for _, configured := range issuer.audiences {
		forms = append(forms, form(strings.TrimSuffix(configured, "/")))
	}
	ours := stringset.In(forms)
	return slices.ContainsFunc(t.Audience, func(aud string) bool {
		return ours.Has(form(strings.TrimSuffix(aud, "/")))
	})
}

// isGraph reports whether aud is one of the names of Microsoft Graph.
func isGraph(aud string) bool {
	switch aud {
	case "00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "https://graph.microsoft.com/":
		return true
	}
	return false
}

// hintUnverified returns what to do about a token whose signature could not be
// verified. It may use the payload, because only the log receives the hint.
func hintUnverified(reason Reason, h *jws.Header, p claims.Payload) string {
	if (reason == ErrBadSignature || reason == ErrUnknownKey) && (h.Nonce || isGraph(text(p, "aud"))) {
		return hintGraph
	}
	return ""
}

// hint returns what to do about an iss that is not configured, "" if that is not
// known. Its cost does not depend on the number of issuers.
func (index *trustedIssuers) hint(iss string) string {
	bare, slashed := strings.CutSuffix(iss, "/")
	if index.names[bare] && slashed || index.names[iss+"/"] {
		return hintSlash
	}
	if rest, ok := strings.CutPrefix(iss, "http://"); ok && index.names["https://"+rest] {
		return hintScheme
	}
	if rest, ok := strings.CutPrefix(iss, "https://"); ok && (index.names["http://"+rest] || index.names[rest]) {
		return hintScheme
	}
	isV1, isV2 := strings.HasPrefix(iss, entraV1), strings.HasPrefix(iss, entraV2)
	switch {
	case isV1 && index.entraV2 && !index.entraV1:
		return hintEntraV1
	case isV2 && index.entraV1 && !index.entraV2:
		return hintEntraV2
	case isV1 && index.entraV1, isV2 && index.entraV2:
		return hintEntraTenant
	}
	return ""
}

// text returns the string claim name without its quotes, "" if it is no string.
// Escapes stay as they are: no value that hints compare with needs one.
func text(p claims.Payload, name string) string {
	raw, _ := p.Lookup(name)
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}
