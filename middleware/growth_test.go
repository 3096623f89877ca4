package middleware_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestDecisionsGrowWithTheToken verifies tokens with long lists: for this API, and for
// another one, which is rejected with a hint.
func TestDecisionsGrowWithTheToken(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	numbers := func(prefix string, n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("%s%07d", prefix, i)
		}
		return list
	}
	repeated := func(s string, n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = s
		}
		return list
	}
	verifying := func(t *testing.T, audiences []string, payload map[string]any, want error) func() {
		auth, err := middleware.New(middleware.Config{
			Audiences:     audiences,
			Issuers:       []middleware.Issuer{{URL: issuer.URL()}},
			HTTPClient:    &http.Client{Transport: issuer},
			CacheTokens:   -1,
			MaxTokenBytes: 1 << 20,
		})
		if err != nil {
			t.Fatal(err)
		}
		payload["exp"] = time.Now().Add(24 * time.Hour).Unix()
		token := issuer.Mint(payload)
		return func() {
			if _, err := auth.Verify(t.Context(), token); !errors.Is(err, want) {
				t.Fatalf("%v, want %v", err, want)
			}
		}
	}
	for _, c := range []struct {
		name    string
		payload func(n int) map[string]any
	}{
		{"scopes", func(n int) map[string]any {
			return map[string]any{"scope": strings.Join(numbers("s", n), " ")}
		}},
		{"roles", func(n int) map[string]any { return map[string]any{"roles": numbers("r", n)} }},
		{"groups", func(n int) map[string]any { return map[string]any{"groups": numbers("g", n)} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth.Check(t, 400, func(n int) func() {
				return verifying(t, []string{issuer.Audience()}, c.payload(n), nil)
			})
		})
		t.Run(c.name+" for another API", func(t *testing.T) {
			growth.Check(t, 400, func(n int) func() {
				return verifying(t, []string{"another"}, c.payload(n), middleware.ErrWrongAudience)
			})
		})
	}
	t.Run("audiences, and many of this API", func(t *testing.T) {
		growth.Check(t, 400, func(n int) func() {
			payload := map[string]any{"aud": numbers("THEIRS", n)}
			return verifying(t, numbers("mine", n), payload, middleware.ErrWrongAudience)
		})
	})
	t.Run("audiences that match a template, with roles at each", func(t *testing.T) {
		growth.Check(t, 400, func(n int) func() {
			auth, err := middleware.New(middleware.Config{
				Issuers: []middleware.Issuer{{
					URL: issuer.URL(), AudienceTemplates: []string{"/p/1/{id}"},
					Dialect: claims.Dialect{Roles: [][]string{{"access", "{audience}"}}},
				}},
				HTTPClient:    &http.Client{Transport: issuer},
				CacheTokens:   -1,
				MaxTokenBytes: 1 << 20,
			})
			if err != nil {
				t.Fatal(err)
			}
			names, access := numbers("/p/1/", n), map[string]any{}
			for _, name := range names {
				access[name] = "reader"
			}
			token := issuer.Mint(map[string]any{
				"aud": names, "access": access, "exp": time.Now().Add(24 * time.Hour).Unix(),
			})
			return func() {
				if _, err := auth.Verify(t.Context(), token); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
	t.Run("audiences that are the client, and many members", func(t *testing.T) {
		growth.Check(t, 400, func(n int) func() {
			payload := map[string]any{"aud": repeated("client", n), "azp": "client", "client_id": "other"}
			for _, name := range numbers("", n) {
				payload[name] = 1
			}
			return verifying(t, []string{"another"}, payload, middleware.ErrWrongAudience)
		})
	})
}

// TestTheAudienceIsJudgedBeforeListsAreRead sends tokens whose scopes are malformed.
// Those for another API are rejected for that, because their scopes were not read.
func TestTheAudienceIsJudgedBeforeListsAreRead(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	for _, c := range []struct {
		name    string
		trusted middleware.Issuer
		aud     string
		want    error
	}{
		{"for this API", middleware.Issuer{}, "this", middleware.ErrMalformedToken},
		{"for another API", middleware.Issuer{}, "other", middleware.ErrWrongAudience},
		{"of another client", middleware.Issuer{AudienceFromClients: []string{"x"}}, "this",
			middleware.ErrWrongAudience},
		{"with a scope instead of the audience", middleware.Issuer{AudienceFromScope: "x"}, "this",
			middleware.ErrMalformedToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.trusted.URL = issuer.URL()
			auth, err := middleware.New(middleware.Config{
				Audiences:  []string{"this"},
				Issuers:    []middleware.Issuer{c.trusted},
				HTTPClient: &http.Client{Transport: issuer},
			})
			if err != nil {
				t.Fatal(err)
			}
			token := issuer.Mint(map[string]any{
				"aud": c.aud, "scope": []any{1}, "client_id": "c", "exp": time.Now().Add(time.Hour).Unix(),
			})
			if _, err := auth.Verify(t.Context(), token); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}
