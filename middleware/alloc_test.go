package middleware_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestAllocations limits the allocations for a request. The race detector empties pools
// at random and so adds some. The limits leave room for a few.
func TestAllocations(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	served := 0
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ })
	guard := httpauth.Require(auth, scopes.Scope("deals-read"))(handler)
	w := &discard{http.Header{}}
	serve := func(r *http.Request) bool {
		before := served
		clear(w.header)
		guard.ServeHTTP(w, r)
		return served != before
	}

	const runs = 100
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		t.Run("first sight/"+alg, func(t *testing.T) {
			requests := benchRequests(issuer, alg, runs+10)
			i := 0
			next := func() {
				if !serve(requests[i]) {
					t.Fatal("a good token is rejected")
				}
				i++
			}
			for range 5 { // fetches the keys, fills the pools
				next()
			}
			limitAllocations(t, 20, runs, next)
		})
	}
	good := benchRequests(issuer, "RS256", 1)[0]
	t.Run("cached", func(t *testing.T) {
		limitAllocations(t, 3, runs, func() {
			if !serve(good) {
				t.Fatal("a good token is rejected")
			}
		})
	})

	token := strings.TrimPrefix(good.Header.Get("Authorization"), "Bearer ")
	unknown := "Bearer " + issuer.MintHeader(map[string]any{"kid": "unknown"}, nil)
	request := func(authorization string) *http.Request {
		return request("GET", "/", "Authorization",
			authorization)
	}
	for range 50 { // until the issuer is asked no more
		serve(request(unknown))
	}
	refusals := map[string]*http.Request{
		"no token":       {Header: http.Header{}},
		"no token68":     request("Bearer a b"),
		"not a JWT":      request("Bearer " + token[:100]),
		"header no JSON": request("Bearer AAAA" + token[4:]),
		"too long":       request("Bearer " + strings.Repeat("a.", 10_000)),
		"many names":     request("Bearer " + issuer.Mint(manyClaims(300))),
		"unknown issuer": request("Bearer " + issuer.Mint(map[string]any{"iss": "https://id.example.net"})),
		"unknown key":    request(unknown),
		"another algorithm": request("Bearer " + issuer.Sign([]byte(`{"alg":"HS256"}`),
			[]byte(`{"iss":"`+issuer.URL()+`"}`), "RS256")),
	}
	for name, r := range refusals {
		t.Run("rejected/"+name, func(t *testing.T) {
			// Most of these are for the response. Their number does not depend on the token.
			limit := 18.0
			if name == "many names" {
				limit = 30 // tables to find repeated names, and the response
			}
			limitAllocations(t, limit, runs, func() {
				if serve(r) {
					t.Fatal("a bad token is accepted")
				}
			})
		})
	}
}

// manyClaims returns n claims without a meaning.
func manyClaims(n int) map[string]any {
	all := map[string]any{"iss": "https://id.example.net"}
	for i := range n {
		all[fmt.Sprintf("claim-%d", i)] = i
	}
	return all
}

func limitAllocations(t *testing.T, limit float64, runs int, f func()) {
	t.Helper()
	// A fetch or a garbage collection at the same time may add some.
	least := testing.AllocsPerRun(runs/2-1, f)
	if least > limit {
		least = min(least, testing.AllocsPerRun(runs/2-1, f))
	}
	t.Logf("%v allocations", least)
	if least > limit {
		t.Errorf("%v allocations, want at most %v", least, limit)
	}
}
