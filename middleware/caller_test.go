package middleware_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// reusable returns a string in the memory of b.
func reusable(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func TestWitness(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	first, second := hearingAuth(t, issuer, nil), hearingAuth(t, issuer, nil)
	leaving := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Revoked = func(ctx context.Context, _ *claims.Token) (bool, error) { return false, context.Canceled }
	})
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	require := func(a *middleware.Authenticator, next http.Handler, need ...scopes.Requirement) http.Handler {
		return httpauth.Require(a, need...)(next)
	}
	either := func(next http.Handler) http.Handler { // the second Authenticator admits what the first does not
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			view := middleware.RequestOf(r)
			if _, err := first.Decide(r.Context(), &view, scopes.Scope("made-up")); err == nil {
				t.Error("admitted")
			}
			require(second, next).ServeHTTP(w, r)
		})
	}
	within := func(token string, part http.Handler) http.Handler { // makes a request within its own
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			inner := request("GET", "/", "Authorization", "Bearer "+token).WithContext(r.Context())
			part.ServeHTTP(&discard{http.Header{}}, inner)
		})
	}
	good := issuer.Mint(nil)
	bob := issuer.Mint(map[string]any{"client_id": "bob"})
	write := scopes.Scope("deals-write")
	for _, c := range []struct {
		name, token string
		h           http.Handler
		client      string
		reason      middleware.Reason
	}{
		{"no guard", good, ok, "", ""},
		{"admitted", good, require(first, ok), "demo-client", ""},
		{"rejected", "opaque", require(first, ok), "", middleware.ErrMalformedToken},
		{"a scope is missing", good, require(first, ok, write), "", middleware.ErrInsufficientScope},
		{"an inner guard rejects", good, require(first, require(first, ok, write)), "demo-client",
			middleware.ErrInsufficientScope},
		{"an inner guard of another rejects", good, require(first, require(second, ok, write)), "demo-client",
			middleware.ErrInsufficientScope},
		{"an inner guard admits", good, require(first, require(second, require(first, ok))), "demo-client", ""},
		{"the second of two admits", good, either(ok), "demo-client", ""},
		{"a part of a batch is another's", good, require(first, within(bob, require(first, ok))),
			"demo-client", ""},
		{"a part of a batch is rejected", good, require(first, within("opaque", require(first, ok))),
			"demo-client", ""},
		{"an optional token", good, httpauth.Optional(first)(ok), "demo-client", ""},
		{"no token where it is optional", "", httpauth.Optional(first)(ok), "", ""},
		{"none where a nested guard needs it", "", httpauth.Optional(first)(require(first, ok)), "",
			middleware.ErrNoToken},
		{"vouched for", "key_secret", vouching(first, claims.Token{ClientID: "batch"}, require(first, ok)),
			"batch", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, cached := range []string{"at first", "again"} {
				r := request("GET", "/")
				if c.token != "" {
					r.Header.Set("Authorization", "Bearer "+c.token)
				}
				outer := middleware.Witness(r.Context())
				inner := middleware.Witness(context.WithValue(outer, outerKey{}, "kept"))
				if v := inner.Value(outerKey{}); v != "kept" {
					t.Errorf("a value of the context is %v", v)
				}
				c.h.ServeHTTP(&discard{http.Header{}}, r.WithContext(inner))
				for _, caller := range []*middleware.Caller{outer, inner} {
					client := ""
					if token := caller.Token(); token != nil {
						client = token.ClientID
					}
					if client != c.client || caller.Reason() != c.reason {
						t.Errorf("%s: client %q, reason %q, want %q and %q", cached, client, caller.Reason(),
							c.client, c.reason)
					}
					if err := caller.Rejection(); (err != nil) != (c.reason != "") || c.reason != "" &&
						!errors.Is(err, c.reason) {
						t.Errorf("%s: error %v", cached, err)
					}
				}
			}
		})
	}
	t.Run("the caller left", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		leave()
		caller := middleware.Witness(ctx)
		_, _ = leaving.Verify(caller, good)
		if caller.Token() != nil || caller.Reason() != "" || !errors.Is(caller.Rejection(), context.Canceled) {
			t.Errorf("%v, %v", caller.Token(), caller.Rejection())
		}
	})
}

type outerKey struct{}
