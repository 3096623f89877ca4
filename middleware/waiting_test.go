package middleware_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestTheTimeAfterAWait: a token may have to wait for its keys, and the functions of
// the API's owner for a database or a network. Token and requirement are judged at the
// time after that.
func TestTheTimeAfterAWait(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	recent := scopes.Authentication(time.Minute)
	for _, c := range []struct {
		name  string
		claim map[string]any
		need  []scopes.Requirement
		want  middleware.Reason // after the wait of a minute
	}{
		{"a token that expires meanwhile", map[string]any{"exp": start.Unix() + 10}, nil, middleware.ErrExpired},
		{"a token that becomes too old", map[string]any{"iat": start.Unix() - 3590}, nil, middleware.ErrExpired},
		{"an authentication that becomes too old", map[string]any{"auth_time": start.Unix() - 50},
			[]scopes.Requirement{recent}, middleware.ErrInsufficientAuthentication},
		{"a token that lives long enough", map[string]any{"auth_time": start.Unix()},
			[]scopes.Requirement{scopes.Authentication(5 * time.Minute)}, ""},
	} {
		for _, where := range []string{"the keys", "Validate", "Customize", "Revoked",
			"Revoked of a cached token"} {
			t.Run(c.name+", "+where, func(t *testing.T) {
				var now atomic.Int64
				now.Store(start.UnixNano())
				server := testutil.NewIssuer(t, testutil.Options{
					InProcess: true, Keys: []string{"ES256"}, Now: func() time.Time { return time.Unix(0, now.Load()) },
				})
				waits := where
				wait := func(here string) {
					if waits == here {
						now.Add(int64(time.Minute))
					}
				}
				issuer := middleware.Issuer{URL: server.URL(), MaxAge: time.Hour}
				transport := roundTripper(func(r *http.Request) (*http.Response, error) {
					if strings.HasSuffix(server.JWKSURL(), r.URL.Path) {
						wait("the keys")
					}
					return server.RoundTrip(r)
				})
				config := middleware.Config{
					Audiences: []string{server.Audience()}, Leeway: -1, HTTPClient: &http.Client{Transport: transport},
					Now: func() time.Time { return time.Unix(0, now.Load()) },
				}
				switch where { // the others would read the time again
				case "Validate":
					issuer.Validate = func(*claims.Token) error { wait("Validate"); return nil }
				case "Customize":
					issuer.Dialect.Customize = func(claims.Payload, *claims.Token) { wait("Customize") }
				case "Revoked", "Revoked of a cached token":
					config.Revoked = func(context.Context, *claims.Token) (bool,
						error) {
						wait("Revoked")
						return false, nil
					}
				}
				config.Issuers = []middleware.Issuer{issuer}
				auth, err := middleware.New(config)
				if err != nil {
					t.Fatal(err)
				}
				r := httptest.NewRequest("GET", "/", nil)
				r.Header.Set("Authorization", "Bearer "+server.Mint(c.claim))
				if where == "Revoked of a cached token" {
					waits = ""
					if _, err := auth.Check(r, c.need...); err != nil {
						t.Fatal(err)
					}
					waits = "Revoked"
				}
				if _, err := auth.Check(r, c.need...); reasonOf(err) != c.want {
					t.Errorf("Check: %v, want %q", err, c.want)
				}
			})
		}
	}
}
