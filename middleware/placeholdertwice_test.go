package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A tenant twice in iss: https://github.com/oauth2-proxy/oauth2-proxy/issues/3476
func TestAPlaceholderThatOccursTwice(t *testing.T) {
	s := newServers(t, 1, testutil.Options{})
	for _, pattern := range []bool{false, true} {
		issuer := middleware.Issuer{URL: "https://{tid}.ciamlogin.example/{tid}/v2.0", JWKS: s.keySet(0)}
		if pattern {
			issuer.TenantPattern = "[a-z-]+"
		} else {
			issuer.Tenants = []string{"acme", "shop"}
		}
		auth := newAuth(t, middleware.Config{Audiences: []string{s[0].Audience()},
			Issuers: []middleware.Issuer{issuer}})
		for iss, want := range map[string]middleware.Reason{
			"https://acme.ciamlogin.example/acme/v2.0":    "",
			"https://shop.ciamlogin.example/shop/v2.0":    "",
			"https://acme.ciamlogin.example/shop/v2.0":    middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/acm/v2.0":     middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/acm/ev2.0":    middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/acme/v2.0/":   middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/acmeacme":     middleware.ErrUnknownIssuer,
			"https://.ciamlogin.example//v2.0":            middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/Acme/v2.0":    middleware.ErrUnknownIssuer,
			"https://a/me.ciamlogin.example/a/me/v2.0":    middleware.ErrUnknownIssuer,
			"https://{tid}.ciamlogin.example/{tid}/v2.0":  middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/{tid}/v2.0":   middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example":              middleware.ErrUnknownIssuer,
			"http://acmee.ciamlogin.example/acmee/v2.0":   middleware.ErrUnknownIssuer,
			"https://acme.ciamlogin.example/acmev2.0acme": middleware.ErrUnknownIssuer,
		} {
			token := s.mint(0, map[string]any{"iss": iss})
			verified, err := auth.Verify(context.Background(), token)
			var refusal *middleware.Error
			errors.As(err, &refusal)
			switch {
			case want == "" && err != nil, want != "" && (refusal == nil || refusal.Reason != want):
				t.Errorf("pattern %v: %s: %v, want %q", pattern, iss, err, want)
			case want == "" && !strings.Contains(iss, "//"+verified.Tenant+"."):
				t.Errorf("%s: tenant %q", iss, verified.Tenant)
			}
		}
	}
}

// TestAKeysIssuerWithAPlaceholderTwice: the member "issuer" of a key may be such a template.
func TestAKeysIssuerWithAPlaceholderTwice(t *testing.T) {
	s := newServers(t, 1, testutil.Options{})
	for keyIssuer, want := range map[string]middleware.Reason{
		"https://{tenantid}.ciamlogin.example/{tenantid}/v2.0": "",
		"https://{tenantid}.ciamlogin.example/{other}/v2.0":    middleware.ErrUnknownKey,
		"https://acme.ciamlogin.example/{tenantid}/v2.0":       "",
		"https://shop.ciamlogin.example/{tenantid}/v2.0":       middleware.ErrUnknownKey,
	} {
		set := bytes.Replace(s.keySet(0), []byte(`"kty"`), []byte(`"issuer":"`+keyIssuer+`","kty"`), 1)
		auth := newAuth(t, middleware.Config{Audiences: []string{s[0].Audience()}, Issuers: []middleware.Issuer{{
			URL: "https://{tid}.ciamlogin.example/{tid}/v2.0", Tenants: []string{"acme"}, JWKS: set,
		}}})
		token := s.mint(0, map[string]any{"iss": "https://acme.ciamlogin.example/acme/v2.0"})
		if reason, _ := judged(auth, token); reason != want {
			t.Errorf("%s: %q, want %q", keyIssuer, reason, want)
		}
	}
}
