package adaptertest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// either tests a guard that admits the tokens of two Authenticators.
func (s *suite) either(t *testing.T) {
	partner := testutil.NewIssuer(t, testutil.Options{Keys: quick})
	theirs, ours := new(log), new(log)
	second := s.auth(t, func(c *middleware.Config) {
		c.Issuers = append(c.Issuers, middleware.Issuer{URL: partner.URL()})
		c.Audiences, c.Realm = []string{partner.Audience(), "urn:partners"}, "partners"
		c.Credentials = []middleware.Credential{{Scheme: "Bearer"}, {Header: "X-Partner-Token"}}
		c.Observe = theirs.observe
	})
	first := s.auth(t, func(c *middleware.Config) {
		c.Observe, c.Audiences = ours.observe, []string{"urn:staff"}
	}).Or(second)
	staff := s.issuer.Mint(map[string]any{"aud": "urn:staff", "scope": "deals-read", "client_id": "staff"})
	partners := partner.Mint(map[string]any{"scope": "deals-read", "client_id": "partner"})
	both := s.issuer.Mint(map[string]any{"aud": "urn:partners", "scope": "deals-read", "client_id": "shared"})
	api, seen := s.guarded(required(first), required(first, read))
	for _, c := range []struct {
		name   string
		fields []string
		client string            // "" if the handler does not run
		first  middleware.Reason // that this Authenticator reports
		second middleware.Reason
	}{
		{"a token of the first", []string{"Authorization", "Bearer " + staff}, "staff", "", ""},
		{"a token of the second", []string{"Authorization", "Bearer " + partners}, "partner", "", ""},
		{"a token of the second in a place of its own", []string{"X-Partner-Token", partners}, "partner", "", ""},
		{"a token of a shared issuer that only the second accepts", []string{"Authorization", "Bearer " + both},
			"shared", "", ""},
		{"no token", nil, "", middleware.ErrNoToken, ""},
		{"a token without the scope", []string{"Authorization",
			"Bearer " + partner.Mint(map[string]any{"scope": ""})},
			"", "", middleware.ErrInsufficientScope},
		{"an expired token of the first", []string{"Authorization", "Bearer " + s.issuer.Mint(map[string]any{
			"aud": "urn:staff", "exp": 1})}, "", middleware.ErrExpired, ""},
		{"an opaque token", []string{"Authorization", "Bearer opaque"}, "", middleware.ErrMalformedToken, ""},
		{"two places", []string{"Authorization", "Bearer " + partners, "X-Partner-Token", partners}, "", "",
			middleware.ErrMalformedRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := get("")
			for i := 0; i < len(c.fields); i += 2 {
				r.Header.Add(c.fields[i], c.fields[i+1])
			}
			got := do(api, r)
			if c.client != "" {
				seen.ran(t, c.client)
			} else {
				seen.idle(t)
				challenges := strings.Join(got.header["Www-Authenticate"], "\n")
				if !strings.Contains(challenges, `realm="api"`) || !strings.Contains(challenges, `realm="partners"`) {
					t.Errorf("status %d, challenges %s", got.status, challenges)
				}
			}
			if got := ours.take(); !slices.Equal(got, only(c.first)) {
				t.Errorf("the first reports %q, want %q", got, c.first)
			}
			if got := theirs.take(); !slices.Equal(got, only(c.second)) {
				t.Errorf("the second reports %q, want %q", got, c.second)
			}
		})
	}
	t.Run("an optional token of the second", func(t *testing.T) {
		api, seen := s.guarded(optional(first))
		r := get("")
		r.Header.Set("X-Partner-Token", partners)
		got := do(api, r)
		seen.ran(t, "partner")
		if fields := got.header["Vary"]; strings.Join(fields, ", ") != "Authorization, X-Partner-Token" {
			t.Errorf("Vary: %q", fields)
		}
		if got := do(api, get("")); got.status != http.StatusOK {
			t.Errorf("without a token the status is %d", got.status)
		}
	})
}

// only returns a list of r, nil if it is empty.
func only(r middleware.Reason) []middleware.Reason {
	if r == "" {
		return nil
	}
	return []middleware.Reason{r}
}
