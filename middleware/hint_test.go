package middleware_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestHints: the log line of a rejected request says what to do about well-known
// causes. The client sees nothing of it.
func TestHints(t *testing.T) {
	const tenant = "5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f"
	const v1, v2 = "https://sts.windows.net/" + tenant + "/",
		"https://login.microsoftonline.com/" + tenant + "/v2.0"
	const audience = "https://api.example.com"
	for _, c := range []struct {
		name   string
		issuer string // configured
		edit   func(*middleware.Issuer)
		header map[string]any
		claims map[string]any
		reason middleware.Reason
		hint   string // a part of it
	}{
		{name: "an Entra v1 token, v2 configured", issuer: v2,
			claims: map[string]any{"iss": v1}, reason: middleware.ErrUnknownIssuer,
			hint: "accessTokenAcceptedVersion"},
		{name: "an Entra v2 token, v1 configured", issuer: v1,
			claims: map[string]any{"iss": v2}, reason: middleware.ErrUnknownIssuer, hint: "login.microsoftonline.com"},
		{name: "another Entra tenant", issuer: v2,
			claims: map[string]any{"iss": strings.Replace(v2, "5f", "6f", 1)}, reason: middleware.ErrUnknownIssuer,
			hint: "tenant that is not configured"},
		{name: "a slash too many", issuer: "https://id.example.com",
			claims: map[string]any{"iss": "https://id.example.com/"}, reason: middleware.ErrUnknownIssuer,
			hint: "trailing slash"},
		{name: "a slash too few", issuer: "https://id.example.com/",
			claims: map[string]any{"iss": "https://id.example.com"}, reason: middleware.ErrUnknownIssuer,
			hint: "trailing slash"},
		{name: "http in iss", issuer: "https://id.example.com",
			claims: map[string]any{"iss": "http://id.example.com"}, reason: middleware.ErrUnknownIssuer,
			hint: "scheme"},
		{name: "an issuer that is not configured", issuer: "https://id.example.com",
			claims: map[string]any{"iss": "https://evil.example.com"}, reason: middleware.ErrUnknownIssuer},
		{name: "a token for Microsoft Graph", issuer: v1,
			claims: map[string]any{"aud": "https://graph.microsoft.com"}, reason: middleware.ErrWrongAudience,
			hint: "Microsoft Graph"},
		{name: "a token for Microsoft Graph, as Graph signs it", issuer: v1,
			header: map[string]any{"nonce": "n", "kid": "elsewhere"},
			claims: map[string]any{"aud": "00000003-0000-0000-c000-000000000000"}, reason: middleware.ErrUnknownKey,
			hint: "Microsoft Graph"},
		{name: "Keycloak's account", issuer: "https://sso.example.com/realms/acme",
			claims: map[string]any{"aud": "account", "azp": "web"}, reason: middleware.ErrWrongAudience,
			hint: "audience mapper"},
		{name: "Cognito's missing audience", issuer: "https://cognito-idp.us-east-2.amazonaws.com/pool",
			claims: map[string]any{"aud": nil, "token_use": "access"}, reason: middleware.ErrWrongAudience,
			hint: "AudienceFromClients"},
		{name: "an empty audience", issuer: "https://id.example.com",
			claims: map[string]any{"aud": []string{}}, reason: middleware.ErrWrongAudience, hint: "no aud"},
		{name: "the client for the audience", issuer: "https://id.example.com",
			claims: map[string]any{"aud": "me", "client_id": "me"}, reason: middleware.ErrWrongAudience,
			hint: "aud is the client"},
		{name: "an ID token", issuer: "https://id.example.com",
			claims: map[string]any{"nonce": "n"}, reason: middleware.ErrNotAccessToken, hint: "ID token"},
		{name: "Keycloak's ID token", issuer: "https://sso.example.com/realms/acme",
			edit:   func(i *middleware.Issuer) { i.Dialect = dialects.Keycloak() },
			claims: map[string]any{"typ": "ID"}, reason: middleware.ErrNotAccessToken, hint: "ID token"},
		{name: "Cognito's ID token", issuer: "https://cognito-idp.us-east-2.amazonaws.com/pool",
			edit:   func(i *middleware.Issuer) { i.Dialect = dialects.Cognito() },
			claims: map[string]any{"token_use": "id"}, reason: middleware.ErrNotAccessToken, hint: "ID token"},
		{name: "another API's audience", issuer: "https://id.example.com",
			claims: map[string]any{"aud": "https://other.example.com"}, reason: middleware.ErrWrongAudience,
			hint: "another API's audience"},
		{name: "other APIs' audiences", issuer: "https://id.example.com",
			claims: map[string]any{"aud": []string{"https://other.example.com", "me"}, "client_id": "me"},
			reason: middleware.ErrWrongAudience, hint: "another API's audience"},
		{name: "a slash too many in aud", issuer: "https://id.example.com",
			claims: map[string]any{"aud": audience + "/"}, reason: middleware.ErrWrongAudience,
			hint: "aud differs from a configured audience by a trailing slash only"},
		{name: "a slash too few in aud", issuer: "https://id.example.com",
			edit:   func(i *middleware.Issuer) { i.Audiences = []string{"https://own.example.com/"} },
			claims: map[string]any{"aud": []string{"other", "https://own.example.com"}},
			reason: middleware.ErrWrongAudience, hint: "trailing slash only"},
		{name: "capitals in aud", issuer: "https://id.example.com",
			claims: map[string]any{"aud": strings.ToUpper(audience)}, reason: middleware.ErrWrongAudience,
			hint: "upper and lower case"},
		{name: "capitals and a slash in one of several audiences", issuer: "https://id.example.com",
			claims: map[string]any{"aud": []string{"other", strings.ToUpper(audience) + "/"}},
			reason: middleware.ErrWrongAudience, hint: "upper and lower case"},
		{name: "Keycloak's account among others", issuer: "https://sso.example.com/realms/acme",
			claims: map[string]any{"aud": []string{"realm-management", "account"}},
			reason: middleware.ErrWrongAudience, hint: "audience mapper"},
		{name: "Graph among others", issuer: v1,
			claims: map[string]any{"aud": []string{"x", "https://graph.microsoft.com"}},
			reason: middleware.ErrWrongAudience, hint: "Microsoft Graph"},
		{name: "the client alone in a list", issuer: "https://id.example.com",
			claims: map[string]any{"aud": []string{"me"}, "client_id": "me"}, reason: middleware.ErrWrongAudience,
			hint: "aud is the client"},
		{name: "a client that is not listed", issuer: "https://id.example.com",
			edit:   func(i *middleware.Issuer) { i.AudienceFromClients = []string{"other"} },
			claims: map[string]any{"aud": "x"}, reason: middleware.ErrWrongAudience,
			hint: "add the client to Issuer.AudienceFromClients"},
		{name: "a scope of another API", issuer: "https://id.example.com",
			edit:   func(i *middleware.Issuer) { i.AudienceFromScope = "deals/" },
			claims: map[string]any{"aud": "x"}, reason: middleware.ErrWrongAudience, hint: "Issuer.AudienceFromScope"},
		{name: "an expired token needs no hint", issuer: "https://id.example.com",
			claims: map[string]any{"exp": 2, "iat": 1}, reason: middleware.ErrExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			issuer := testutil.NewIssuer(t, testutil.Options{Issuer: c.issuer, Keys: []string{"ES256"}})
			configured := middleware.Issuer{URL: c.issuer, JWKSURL: issuer.JWKSURL()}
			if c.edit != nil {
				c.edit(&configured)
			}
			var log lockedBuffer
			var event middleware.Event
			auth, err := middleware.New(middleware.Config{
				Audiences: []string{issuer.Audience()},
				Issuers:   []middleware.Issuer{configured},
				Logger:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
				Observe: func(_ context.Context, e middleware.Event) {
					if e.Kind == middleware.EventRefused { // the others come from a fetch, at any time
						event = e
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			token := issuer.MintHeader(c.header, c.claims)
			_, err = auth.Verify(t.Context(), token)
			if event.Reason != c.reason || !strings.Contains(event.Hint, c.hint) ||
				(c.hint == "") != (event.Hint == "") {
				t.Errorf("refused as %q with the hint %q (%v), want %q with %q", event.Reason, event.Hint, err,
					c.reason, c.hint)
			}
			if !strings.Contains(log.String(), "reason="+string(c.reason)) || !strings.Contains(log.String(), c.hint) {
				t.Errorf("log: %s", log.String())
			}
			if event.Hint != "" && strings.Contains(err.Error(), event.Hint) {
				t.Errorf("the error's text holds the hint: %v", err)
			}
		})
	}
}
