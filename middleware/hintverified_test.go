package middleware_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestHintsAboutTheAudience: aud names another API, the client, or this API in another
// spelling, alone and among others. Entra writes the application's ID with and without
// api://: https://github.com/TheNetworg/oauth2-azure/issues/209. Keycloak writes account:
// https://github.com/keycloak/keycloak/issues/42208. A space in a configuration:
// https://github.com/Azure-Samples/active-directory-aspnetcore-webapp-openidconnect-v2/issues/347.
func TestHintsAboutTheAudience(t *testing.T) {
	const id = "0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b"
	clients := func(i *middleware.Issuer) { i.AudienceFromClients = []string{"other"} }
	template := func(i *middleware.Issuer) { i.AudienceTemplates = []string{"/p/1/{id}"} }
	missing := func(i *middleware.Issuer) { i.DangerouslyAllowMissingAudience = true }
	for _, c := range []struct {
		name       string
		edit       func(*middleware.Issuer)
		configured string
		aud        any
		hint       string
	}{
		{"no aud", nil, "this", nil, "no aud"},
		{"an empty string", nil, "this", "", "no aud"},
		{"another API", nil, "this", "other", "another API's audience"},
		{"the client", nil, "this", "demo-client", "aud is the client"},
		{"the client in a list", nil, "this", []string{"demo-client"}, "aud is the client"},
		{"the client and another API", nil, "this", []string{"demo-client", "other"},
			"another API's audience"},
		{"Keycloak's account", nil, "this", "account", "audience mapper"},
		{"several of Keycloak's clients", nil, "this", []string{"broker", "account"}, "audience mapper"},
		{"another of Keycloak's clients", nil, "this", []string{"broker"}, "audience mapper"},
		{"Keycloak's account and the client", nil, "this", []string{"demo-client", "account"},
			"audience mapper"},
		{"a slash", nil, "https://a.example", "https://a.example/", "trailing slash only"},
		{"a slash in a list", nil, "https://a.example/", []string{"account", "https://a.example"},
			"trailing slash only"},
		{"case", nil, id, "0B6A5A52-5D5E-4B3C-9F0A-8C1D2E3F4A5B", "upper and lower case"},
		{"api:// too many", nil, id, "api://" + id, "by its scheme only"},
		{"api:// too few", nil, "api://" + id, []string{"account", id}, "by its scheme only"},
		{"a space in the configuration", nil, "this ", "this", "by white space only"},
		{"http for https", nil, "https://a.example/v1", "http://a.example/v1", "by its scheme only"},
		{"another client", clients, "this", "this", "add the client to Issuer.AudienceFromClients"},
		{"another project", template, "this", "/p/2/x", "another API's audience"},
		{"another API, where none is needed", missing, "this", "other", "another API's audience"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHinting(t, func(config *middleware.Config) {
				config.Audiences = []string{c.configured}
				if c.edit != nil {
					c.edit(&config.Issuers[0])
				}
			})
			h.wants(t, middleware.ErrWrongAudience, c.hint, "Bearer "+h.Mint(map[string]any{"aud": c.aud}))
		})
	}
	t.Run("a token without a client", func(t *testing.T) {
		h := newHinting(t, func(config *middleware.Config) { clients(&config.Issuers[0]) })
		h.wants(t, middleware.ErrWrongAudience, "set Dialect.ClientID",
			"Bearer "+h.Mint(map[string]any{"client_id": nil}))
	})
}

// TestHintsAboutTheAlgorithm: alg is named if the library knows it. SMART signs with RS384:
// https://www.hl7.org/fhir/smart-app-launch/STU2.2/authorization-example-jwks-and-signatures.ipynb.
func TestHintsAboutTheAlgorithm(t *testing.T) {
	h := newHinting(t, nil)
	for alg, hint := range map[string]string{
		"ES384":    `add "ES384" to Issuer.Algorithms`,
		"RS512":    `add "RS512" to Issuer.Algorithms`,
		"none":     "sign its tokens",
		"None":     "sign its tokens",
		"HS256":    "alg is HS256",
		"HS512":    "alg is HS512",
		"es384":    "upper and lower case",
		"ES256K":   "does not have",
		"mallory":  "does not have",
		"RSA-OAEP": "does not have",
	} {
		t.Run(alg, func(t *testing.T) {
			token := h.Sign([]byte(`{"alg":"`+alg+`"}`), []byte(`{"iss":"`+h.URL()+`"}`), "EdDSA")
			h.wants(t, middleware.ErrWrongAlgorithm, hint, "Bearer "+token)
		})
	}
}

// TestHintsAboutTheKey: the key set has no key for the token.
func TestHintsAboutTheKey(t *testing.T) {
	h := newHinting(t, nil)
	signed := func(header string) string {
		return "Bearer " + h.Sign([]byte(header), []byte(`{"iss":"`+h.URL()+`"}`), "EdDSA")
	}
	h.wants(t, middleware.ErrUnknownKey, "no key with the ID", signed(`{"alg":"EdDSA","kid":"mallory"}`))
	h.wants(t, middleware.ErrUnknownKey, "write kid into the header", signed(`{"alg":"ES256"}`))
	h.wants(t, middleware.ErrUnknownKey, "for another algorithm",
		signed(`{"alg":"ES256","kid":"`+h.KeyID("EdDSA")+`"}`))
	h.wants(t, middleware.ErrBadSignature, "", signed(`{"alg":"EdDSA","kid":"`+h.KeyID("EdDSA")+`"}`)+"A")
}

// TestHintsAboutTheKind: the header's typ is not that of an access token here.
func TestHintsAboutTheKind(t *testing.T) {
	h := newHinting(t, nil)
	strict := newHinting(t, func(c *middleware.Config) { c.Issuers[0].Dialect.Types = []string{"at+jwt"} })
	for _, c := range []struct {
		h    *hinting
		typ  any
		hint string
	}{
		{h, "logout+jwt", "it sent a logout token, as the header's typ says"},
		{h, "dpop+jwt", "it sent a proof of possession"},
		{h, "application/secevent+jwt", "it sent a security event token"},
		{h, "mallory", "add the header's typ to Dialect.Types"},
		{strict, "JWT", `add "jwt" to Dialect.Types`},
		{strict, nil, `add "" to Dialect.Types`},
	} {
		c.h.wants(t, middleware.ErrNotAccessToken, c.hint,
			"Bearer "+c.h.MintHeader(map[string]any{"typ": c.typ}, nil))
	}
}

// TestHintsAboutClaims: what is wrong with claims whose signature is verified.
func TestHintsAboutClaims(t *testing.T) {
	now := time.Now().Unix()
	validate := func(i *middleware.Issuer) {
		i.Validate = func(*claims.Token) error { return errors.New("mallory") }
	}
	maxAge := func(i *middleware.Issuer) { i.MaxAge = time.Minute }
	customize := func(i *middleware.Issuer) {
		i.Dialect.Customize = func(_ claims.Payload, t *claims.Token) { t.Issuer = "mallory" }
	}
	rule := func(i *middleware.Issuer) {
		i.Dialect.Reject = []claims.Rule{{Claim: []string{"x", "y"}}}
	}
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, c := range []struct {
		name   string
		edit   func(*middleware.Issuer)
		claims map[string]any
		reason middleware.Reason
		hint   string
	}{
		{"no exp", nil, map[string]any{"exp": nil}, middleware.ErrMalformedToken, "exp"},
		{"names in other letters", nil, map[string]any{"Sub": "mallory"}, middleware.ErrMalformedToken,
			"lower case"},
		{"no names", nil, map[string]any{"sub": nil, "client_id": nil}, middleware.ErrMalformedToken,
			"neither a subject"},
		{"another issuer by Customize", customize, nil, middleware.ErrMalformedToken, "Dialect.Customize"},
		{"no iat", maxAge, map[string]any{"iat": nil}, middleware.ErrMalformedToken, "write iat"},

		{"expired", nil, map[string]any{"iat": now - 7200, "exp": now - 3600}, middleware.ErrExpired, ""},
		{"too old", maxAge, map[string]any{"iat": now - 7200}, middleware.ErrExpired, "raise Issuer.MaxAge"},
		{"exp before iat", nil, map[string]any{"exp": now - 3600}, middleware.ErrExpired,
			"exp later than iat"},
		{"iat in the future", nil, map[string]any{"iat": now + 600}, middleware.ErrNotYetValid,
			"iat lies in the future"},
		{"nbf in the future", nil, map[string]any{"nbf": now + 600}, middleware.ErrNotYetValid,
			"nbf lies in the future"},

		{"the owner's rule", validate, nil, middleware.ErrRejected, "Issuer.Validate"},
		{"a rule of the dialect", rule, map[string]any{"x": map[string]any{"y": "mallory"}},
			middleware.ErrRejected, "Dialect.Reject"},

		{"a DPoP key", nil, map[string]any{"cnf": raw(`{"jkt":"mallory"}`)}, middleware.ErrNotHolder,
			"without DPoP"},
		{"a certificate", nil, map[string]any{"cnf": raw(`{"x5t#S256":"mallory"}`)}, middleware.ErrNotHolder,
			"a certificate (cnf.x5t#S256)"},
		{"another key", nil, map[string]any{"cnf": raw(`{"jwk":{}}`)}, middleware.ErrNotHolder,
			"a key (cnf)"},
		{"no object", nil, map[string]any{"cnf": "mallory"}, middleware.ErrNotHolder, "a key (cnf)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHinting(t, func(config *middleware.Config) {
				if c.edit != nil {
					c.edit(&config.Issuers[0])
				}
			})
			h.wants(t, c.reason, c.hint, "Bearer "+h.Mint(c.claims))
		})
	}
}
