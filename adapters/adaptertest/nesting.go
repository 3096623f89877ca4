package adaptertest

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

func (s *suite) nesting(t *testing.T) {
	t.Run("two guards verify once", func(t *testing.T) {
		verified := 0
		auth := s.auth(t, func(c *middleware.Config) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) { verified++; return false, nil }
		})
		api, seen := s.guarded(required(auth), optional(auth), required(auth, read))
		for range 3 { // the token is cached from the second time on
			verified = 0
			if got := do(api, get(s.good())); got.status != http.StatusOK {
				t.Errorf("status %d", got.status)
			}
			seen.ran(t, "demo-client")
			if verified != 1 {
				t.Errorf("verified %d times, want once", verified)
			}
		}
	})
	t.Run("the inner guard requires more", func(t *testing.T) {
		reasons := new(log)
		auth := s.auth(t, func(c *middleware.Config) { c.Observe = reasons.observe })
		api, seen := s.guarded(required(auth, read), required(auth, write))
		insufficient("deals-read deals-write").check(t, do(api, get(s.good())))
		insufficient("deals-read").check(t, do(api, get(s.scoped("deals-write"))))
		noToken.check(t, do(api, get("")))
		seen.idle(t)
		const scope, none = middleware.ErrInsufficientScope, middleware.ErrNoToken
		want := []middleware.Reason{scope, scope, none}
		if all := reasons.take(); !slices.Equal(all, want) {
			t.Errorf("observed %q, want each refusal once", all)
		}
		do(api, get(s.scoped("deals-write deals-read")))
		seen.ran(t, "demo-client")
	})
	t.Run("different Authenticators", func(t *testing.T) {
		const ours, theirs = "https://ours.example.com", "https://theirs.example.com"
		named := func(audience string) *middleware.Authenticator {
			return s.auth(t, func(c *middleware.Config) { c.Audiences = []string{audience} })
		}
		outer, inner := named(ours), named(theirs)
		wrong := invalid("The access token was issued for another audience")
		for _, optional := range []bool{false, true} {
			api, seen := s.guarded(guard{Auth: outer, Optional: optional}, required(inner))
			for range 2 {
				wrong.check(t, do(api, get(s.issuer.Mint(map[string]any{"aud": ours}))))
				wrong.check(t, do(api, get(s.issuer.Mint(map[string]any{"aud": theirs}))))
				seen.idle(t)
			}
			do(api, get(s.issuer.Mint(map[string]any{"aud": []string{ours, theirs}})))
			seen.ran(t, "demo-client")
		}
	})
	t.Run("the inner Authenticator's reading counts", func(t *testing.T) {
		outer := s.auth(t, nil)
		inner := s.auth(t, func(c *middleware.Config) {
			c.Issuers[0].Dialect.ClientID = [][]string{{"client_of_the_inner"}}
		})
		api, seen := s.guarded(required(outer), required(inner))
		do(api, get(s.issuer.Mint(map[string]any{"client_of_the_inner": "inner-client"})))
		seen.ran(t, "inner-client")
	})
	t.Run("a token in the context is not verified", func(t *testing.T) {
		api, seen := s.guarded(required(s.auth(t, nil)))
		forged := get("")
		forged = forged.WithContext(claims.NewContext(forged.Context(), &claims.Token{ClientID: "forged"}))
		noToken.check(t, do(api, forged))
		seen.idle(t)
	})
}

// challenges tests that the response has the challenge once, and keeps those of other
// middlewares.
func (s *suite) challenges(t *testing.T) {
	const foreign = `Basic realm="operators"`
	auth := s.auth(t, nil)
	for _, c := range []struct {
		name   string
		guards []guard
	}{
		{"one guard", []guard{required(auth)}},
		{"mounted twice", []guard{required(auth), required(auth)}},
		{"two Authenticators", []guard{optional(auth), required(s.auth(t, nil))}},
	} {
		api, seen := s.guarded(c.guards...)
		for _, before := range []struct {
			name string
			set  []string
		}{
			{"alone", nil},
			{"after another middleware's", []string{foreign}},
			{"after one of its own", []string{noToken.challenge, foreign}},
		} {
			t.Run(c.name+", "+before.name, func(t *testing.T) {
				outer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for _, challenge := range before.set {
						w.Header().Add("WWW-Authenticate", challenge)
					}
					api.ServeHTTP(w, r)
				})
				want := []string{noToken.challenge}
				if slices.Contains(before.set, foreign) {
					want = []string{foreign, noToken.challenge}
				}
				got := do(outer, get(""))
				if all := got.header["Www-Authenticate"]; !slices.Equal(all, want) {
					t.Errorf("WWW-Authenticate %q, want %q", all, want)
				}
				seen.idle(t)
			})
		}
	}
}
