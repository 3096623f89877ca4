package adaptertest

import (
	"context"
	"io"
	stdlog "log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// panics tests that a request does not pass when code of the API panics during the
// decision.
func (s *suite) panics(t *testing.T) {
	for _, c := range []struct {
		name  string
		hook  func(c *middleware.Config, fail func())
		need  func(fail func()) []scopes.Requirement
		token string
	}{
		{name: "Validate", hook: func(c *middleware.Config, fail func()) {
			c.Issuers[0].Validate = func(*claims.Token) error { fail(); return nil }
		}},
		{name: "Customize", hook: func(c *middleware.Config, fail func()) {
			c.Issuers[0].Dialect.Customize = func(claims.Payload, *claims.Token) { fail() }
		}},
		{name: "Revoked", hook: func(c *middleware.Config, fail func()) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) { fail(); return false, nil }
		}},
		{name: "Where", need: func(fail func()) []scopes.Requirement {
			fails := scopes.Where("fails", func(*claims.Token) bool { fail(); return true })
			return []scopes.Requirement{fails}
		}},
		{name: "Observe", token: "opaque", hook: func(c *middleware.Config, fail func()) {
			c.Observe = func(_ context.Context, e middleware.Event) {
				if e.Kind == middleware.EventRefused {
					fail()
				}
			}
		}},
	} {
		for _, optional := range []bool{false, true} {
			name := c.name + " in Require"
			if optional {
				if c.need != nil {
					continue
				}
				name = c.name + " in Optional"
			}
			t.Run(name, func(t *testing.T) {
				failing := true
				fail := func() {
					if failing {
						panic("of the API's own code")
					}
				}
				guard := guard{Optional: optional, Auth: s.auth(t, func(config *middleware.Config) {
					if c.hook != nil {
						c.hook(config, fail)
					}
				})}
				if c.need != nil {
					guard.Need = c.need(fail)
				}
				api, seen := s.guarded(guard)
				token := c.token
				if token == "" {
					token = s.good()
				}
				for range 2 { // the failure must not be cached as a success
					if status := survives(t, api, token); status != 0 && status < 500 {
						t.Errorf("status %d, want a failure of the server", status)
					}
					seen.idle(t)
				}
				failing = false
				status := survives(t, api, token)
				if c.token != "" {
					if status != http.StatusUnauthorized {
						t.Errorf("status %d afterwards, want 401", status)
					}
					seen.idle(t)
					return
				}
				if status != http.StatusOK {
					t.Errorf("status %d afterwards, want 200", status)
				}
				seen.ran(t, "demo-client")
			})
		}
	}
}

// survives sends token to a new server and returns the status, 0 if the connection
// ended without a response.
func survives(t *testing.T, api http.Handler, token string) int {
	t.Helper()
	server := httptest.NewUnstartedServer(api)
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	server.Start()
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	got, err := send(server.Client(), r)
	if err != nil {
		return 0
	}
	return got.status
}
