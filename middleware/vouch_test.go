package middleware_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// vouching returns a middleware that vouches for requests with an API key, in a field of
// its own or in the place of a token.
func vouching(auth *middleware.Authenticator, t claims.Token, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("WWW-Authenticate", `APIKey realm="api"`)
		if r.Header.Get("X-API-Key") == "secret" || r.Header.Get("Authorization") == "Bearer key_secret" {
			view := middleware.RequestOf(r)
			r = r.WithContext(auth.Vouch(r.Context(), &view, t))
		}
		next.ServeHTTP(w, r)
	})
}

func TestVouch(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	now := time.Now()
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()}, Issuers: []middleware.Issuer{{URL: issuer.URL()}},
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	ours := claims.Token{ClientID: "batch", Kind: claims.KindClient, Scopes: []string{"deals-read"}}
	for _, c := range []struct {
		name   string
		token  claims.Token
		fields []string // of the request
		need   string
		status int
		client string
		strip  bool // a middleware in between replaces the credential
	}{
		{"a key in a field", ours, []string{"X-API-Key", "secret"}, "deals-read", 200, "batch", false},
		{"a key in the place of a token", ours, []string{"Authorization", "Bearer key_secret"}, "deals-read", 200,
			"batch", false},
		{"Basic and a key", ours, []string{"X-API-Key", "secret", "Authorization", "Basic eDp5"}, "deals-read", 200,
			"batch", false},
		{"a requirement that it does not satisfy", ours, []string{"X-API-Key", "secret"}, "deals-write", 403,
			"", false},
		{"no key", ours, nil, "deals-read", 401, "", false},
		{"a wrong key", ours, []string{"X-API-Key", "wrong"}, "deals-read", 401, "", false},
		{"a token", ours, []string{"Authorization", "Bearer " + issuer.Mint(map[string]any{"scope": "deals-read"})},
			"deals-read", 200, "demo-client", false},
		{"another credential behind it", ours, []string{"X-API-Key", "secret"}, "deals-read", 401, "", true},
		{"neither subject nor client", claims.Token{Scopes: ours.Scopes}, []string{"X-API-Key", "secret"},
			"deals-read", 401, "", false},
		{"it has expired", claims.Token{ClientID: "batch", Scopes: ours.Scopes, Expiry: now.Add(-time.Hour)},
			[]string{"X-API-Key", "secret"}, "deals-read", 401, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := ""
			handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				client = httpauth.Token(r).ClientID
				if r.Header.Get("X-API-Key") != "" {
					httpauth.Token(r).Scopes[0] = "changed by a handler"
				}
			})
			guarded := httpauth.Require(auth)(httpauth.Require(auth, scopes.Scope(c.need))(handler))
			if c.strip {
				inner := guarded
				guarded = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Set("Authorization", "Bearer other")
					inner.ServeHTTP(w, r)
				})
			}
			r := httptest.NewRequest("GET", "/", nil)
			for i := 0; i < len(c.fields); i += 2 {
				r.Header.Set(c.fields[i], c.fields[i+1])
			}
			w := httptest.NewRecorder()
			vouching(auth, c.token, guarded).ServeHTTP(w, r)
			if w.Code != c.status || client != c.client {
				t.Errorf("status %d, client %q, want %d, %q", w.Code, client, c.status, c.client)
			}
			if c.status == 401 && len(w.Header()["Www-Authenticate"]) != 2 {
				t.Errorf("challenges %q, want those of both schemes", w.Header()["Www-Authenticate"])
			}
		})
	}
	if !slices.Equal(ours.Scopes, []string{"deals-read"}) {
		t.Errorf("the API's own token was changed: %q", ours.Scopes)
	}
	t.Run("an optional guard", func(t *testing.T) {
		for fields, want := range map[string]string{"secret": "batch", "": ""} {
			client := ""
			handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if token := httpauth.Token(r); token != nil {
					client = token.ClientID
				}
			})
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("X-API-Key", fields)
			vouching(auth, ours, httpauth.Optional(auth)(handler)).ServeHTTP(httptest.NewRecorder(), r)
			if client != want {
				t.Errorf("key %q: client %q, want %q", fields, client, want)
			}
		}
	})
}

// TestOptionalHidesTheOuterCaller sends a request without a token from within an admitted
// one through an optional guard.
func TestOptionalHidesTheOuterCaller(t *testing.T) {
	w := newWorld(t, nil)
	seen := false
	inner := httpauth.Optional(w.auth)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = httpauth.Token(r) != nil
	}))
	outer := httpauth.Require(w.auth)(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(rw, httptest.NewRequest("GET", "/", nil).WithContext(r.Context()))
	}))
	rec := httptest.NewRecorder()
	outer.ServeHTTP(rec, request("GET", "/deals", "Authorization", "Bearer "+good().token()))
	if rec.Code != http.StatusOK || seen {
		t.Errorf("status %d, the inner handler got a token: %v", rec.Code, seen)
	}
}

// TestEnrich adds roles from the API's own database.
func TestEnrich(t *testing.T) {
	calls := 0
	var fail error
	w := newWorld(t, func(c *middleware.Config) {
		c.Enrich = func(_ context.Context, token *claims.Token) error {
			calls++
			token.Roles = append(token.Roles, "trader")
			if len(token.Scopes) > 0 {
				token.Scopes[0] = "changed"
			}
			token.ClientID, token.Issuer, token.Expiry = "mallory", "mallory", time.Time{}
			return fail
		}
	})
	var got *claims.Token
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = httpauth.Token(r) })
	guarded := httpauth.Require(w.auth)(httpauth.Require(w.auth, scopes.Role("trader"))(handler))
	send := func(credential string) int {
		got = nil
		rec := httptest.NewRecorder()
		guarded.ServeHTTP(rec, request("GET", "/deals", "Authorization", "Bearer "+credential))
		return rec.Code
	}
	token := good().token()
	for n := 1; n <= 3; n++ { // the token is cached from the second time on
		if status := send(token); status != 200 {
			t.Fatalf("status %d", status)
		}
		if calls != n || !slices.Equal(got.Roles, []string{"trader"}) {
			t.Errorf("request %d: %d calls, roles %q", n, calls, got.Roles)
		}
		if got.ClientID == "mallory" || got.Issuer == "mallory" || got.Expiry.IsZero() {
			t.Errorf("the caller became %v", got)
		}
	}
	fail = errors.New("down")
	if status := send(token); status != http.StatusServiceUnavailable {
		t.Errorf("with an error: status %d, want 503", status)
	}
	fail, calls = nil, 0
	if status := send("opaque"); status != 401 || calls != 0 {
		t.Errorf("a bad token: status %d, %d calls", status, calls)
	}
	if status := send(token); status != 200 || !slices.Equal(got.Roles, []string{"trader"}) {
		t.Errorf("status %d, roles %v", status, got.Roles)
	}
}
