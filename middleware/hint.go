package middleware

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// Hints are for the log line of a refusal. Each names a well-known cause and
// what to change, in fixed words: nothing of a token gets into them.
const (
	hintEntraV1 = "an Entra v1.0 token (iss at sts.windows.net) met a configuration for v2.0: " +
		"add an Issuer for https://sts.windows.net/{tenantid}/, or set the API's accessTokenAcceptedVersion to 2"
	hintEntraV2 = "an Entra v2.0 token met a configuration for v1.0: " +
		"add an Issuer for https://login.microsoftonline.com/{tenantid}/v2.0"
	hintEntraTenant = "an Entra token of a tenant that is not configured"
	hintSlash       = "iss differs from a configured issuer by a trailing slash only: copy Issuer.URL from a token"
	hintScheme      = "iss differs from a configured issuer by its scheme only: copy Issuer.URL from a token"
	hintGraph       = "a token for Microsoft Graph, which nobody but Graph can verify: " +
		"the client must ask for this API's own scope"
	hintAccount = "aud is Keycloak's \"account\": add an audience mapper for this API to the client or its scope"
	hintCognito = "Cognito puts no aud into access tokens: set Issuer.AudienceFromClients"
	hintNoAud   = "the token has no aud: have the issuer add one, or name a substitute, Issuer.AudienceFromClients"
	hintClient  = "aud is the client, not the API: set Issuer.AudienceFromClients if the issuer always does so"
	hintIDToken = "an ID token was sent as access token: the client must send the access_token of the answer"
)

// graphAudiences are the names of Microsoft Graph.
var graphAudiences = []string{
	"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "https://graph.microsoft.com/",
}

// hint returns what is known about a refusal after a good signature.
func hint(reason Reason, is *issuer, p claims.Payload) string {
	switch reason {
	case ErrWrongAudience:
		return hintAudience(is, p)
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

func hintAudience(is *issuer, p claims.Payload) string {
	raw, ok := p.Lookup("aud")
	aud := text(p, "aud")
	switch {
	case !ok && text(p, "token_use") != "" && strings.Contains(is.URL, "cognito"):
		return hintCognito
	case !ok || string(raw) == "[]":
		return hintNoAud
	case slices.Contains(graphAudiences, aud):
		return hintGraph
	case aud == "account":
		return hintAccount
	case aud != "" && (aud == text(p, "client_id") || aud == text(p, "azp")):
		return hintClient
	}
	return ""
}

// hintUnverified returns what is known about a token whose signature does not
// hold. It may look at the payload, because nobody but the log hears of it.
func hintUnverified(reason Reason, h *jws.Header, p claims.Payload) string {
	if (reason == ErrBadSignature || reason == ErrUnknownKey) && (h.Nonce || slices.Contains(graphAudiences, text(p, "aud"))) {
		return hintGraph
	}
	return ""
}

// hint returns what is known about an iss that is not configured. It costs the
// same however many issuers are.
func (all *issuers) hint(iss string) string {
	bare, slashed := strings.CutSuffix(iss, "/")
	if all.names[bare] && slashed || all.names[iss+"/"] {
		return hintSlash
	}
	if rest, ok := strings.CutPrefix(iss, "http://"); ok && all.names["https://"+rest] {
		return hintScheme
	}
	if rest, ok := strings.CutPrefix(iss, "https://"); ok && (all.names["http://"+rest] || all.names[rest]) {
		return hintScheme
	}
	isV1, isV2 := strings.HasPrefix(iss, entraV1), strings.HasPrefix(iss, entraV2)
	switch {
	case isV1 && all.entraV2 && !all.entraV1:
		return hintEntraV1
	case isV2 && all.entraV1 && !all.entraV2:
		return hintEntraV2
	case isV1 && all.entraV1, isV2 && all.entraV2:
		return hintEntraTenant
	}
	return ""
}

// text returns the string claim name, "" if it is none.
func text(p claims.Payload, name string) string {
	raw, _ := p.Lookup(name)
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}
