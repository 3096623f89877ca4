package adaptertest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// admission tests that a guard's decision counts for the request, the token and the time
// that it was made for.
func (s *suite) admission(t *testing.T) {
	t.Run("a client that asks for what the challenge names gets in", func(t *testing.T) {
		auth := s.auth(t, nil)
		api, seen := s.guarded(required(auth, read), required(auth, write))
		scope := ""
		for refusals := 0; ; refusals++ {
			got := do(api, get(s.scoped(scope)))
			if got.status == http.StatusOK {
				break
			}
			if refusals == 2 {
				t.Fatalf("refused again: %v", got.header["Www-Authenticate"])
			}
			_, scope, _ = strings.Cut(got.header.Get("WWW-Authenticate"), `scope="`)
			scope, _, _ = strings.Cut(scope, `"`)
		}
		seen.ran(t, "demo-client")
	})
	t.Run("a request with another token is judged by its own", func(t *testing.T) {
		auth := s.auth(t, nil)
		inner, seen := s.guarded(required(auth))
		for name, c := range map[string]struct {
			token string
			ran   string // the client, "" if the request is rejected
		}{
			"another client's": {s.issuer.Mint(map[string]any{"client_id": "bob"}), "bob"},
			"a bad one":        {"garbage", ""},
			"none":             {"", ""},
		} {
			t.Run(name, func(t *testing.T) {
				outer := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
					part := get(c.token) // of a batch, or after a token exchange
					inner.ServeHTTP(w, part.WithContext(r.Context()))
				}, required(auth))
				got := do(outer, get(s.good()))
				if c.ran != "" {
					seen.ran(t, c.ran)
					return
				}
				seen.idle(t)
				if got.status != http.StatusUnauthorized {
					t.Errorf("status %d, want 401", got.status)
				}
			})
		}
	})
	t.Run("a handler that asks again learns the present state", func(t *testing.T) {
		clock, revoked := new(clock), false
		auth := s.auth(t, func(c *middleware.Config) {
			c.Now = clock.now
			c.Revoked = func(context.Context, *claims.Token) (bool, error) { return revoked, nil }
		})
		api := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
			if _, err := auth.Check(r); err != nil {
				t.Errorf("at first: %v", err)
			}
			revoked = true
			if _, err := auth.Check(r); err == nil {
				t.Error("a revoked token is accepted")
			}
			revoked = false
			clock.advance(3 * time.Hour)
			if _, err := auth.Check(r); err == nil {
				t.Error("an expired token is accepted")
			}
			_, _ = io.WriteString(w, "handled")
		}, required(auth))
		if got := do(api, get(s.good())); got.body != "handled" {
			t.Errorf("status %d", got.status)
		}
	})
	t.Run("values of middlewares between two guards stay", func(t *testing.T) {
		auth := s.auth(t, nil)
		var value any
		inner := s.handled(func(_ http.ResponseWriter, r *http.Request, _ *claims.Token) {
			value = r.Context().Value(contextKey{})
		}, required(auth))
		outer := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
			again := get("").WithContext(context.WithValue(r.Context(), contextKey{}, "between"))
			again.Header = r.Header
			inner.ServeHTTP(w, again)
		}, required(auth))
		if got := do(outer, get(s.good())); got.status != http.StatusOK || value != "between" {
			t.Errorf("status %d, value %v", got.status, value)
		}
	})
	t.Run("an inner guard sees that the token has expired", func(t *testing.T) {
		clock := new(clock)
		auth := s.auth(t, func(c *middleware.Config) { c.Now = clock.now })
		inner, seen := s.guarded(required(auth))
		outer := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
			clock.advance(3 * time.Hour) // the body took long
			again := get("").WithContext(r.Context())
			again.Header = r.Header
			inner.ServeHTTP(w, again)
		}, required(auth))
		invalid("The access token expired").check(t, do(outer, get(s.good())))
		seen.idle(t)
	})
}

// A clock is the time with what the test has added to it. Fetches of keys read it too.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// varies tests that caches can tell the responses of an optional route apart.
func (s *suite) varies(t *testing.T) {
	auth := s.auth(t, nil)
	api := s.handled(func(w http.ResponseWriter, _ *http.Request, _ *claims.Token) {
		w.Header().Add("Vary", "Origin")
	}, optional(auth), optional(auth))
	for name, token := range map[string]string{"no token": "", "a good one": s.good(), "a bad one": "opaque"} {
		t.Run(name, func(t *testing.T) {
			vary := do(api, get(token)).header["Vary"]
			n := 0
			for _, field := range vary {
				n += strings.Count(field, "Authorization")
			}
			if n != 1 {
				t.Errorf("Vary %q, want Authorization once", vary)
			}
		})
	}
	t.Run("a guard that requires a token", func(t *testing.T) {
		api, _ := s.guarded(required(auth))
		if vary := do(api, get(s.good())).header["Vary"]; vary != nil {
			t.Errorf("Vary %q", vary)
		}
	})
}
