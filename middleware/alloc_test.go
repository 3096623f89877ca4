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

// TestAllocations keeps what a request may allocate. The race detector adds
// allocations of its own, at random, by emptying pools; the limits have room
// for a few.
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
					t.Fatal("a good token is refused")
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
	t.Run("seen before", func(t *testing.T) {
		limitAllocations(t, 3, runs, func() {
			if !serve(good) {
				t.Fatal("a good token is refused")
			}
		})
	})

	token := strings.TrimPrefix(good.Header.Get("Authorization"), "Bearer ")
	unknown := "Bearer " + issuer.MintHeader(map[string]any{"kid": "of-nobody"}, nil)
	request := func(authorization string) *http.Request { return request("GET", "/", "Authorization", authorization) }
	for range 50 { // until the issuer is asked no more
		serve(request(unknown))
	}
	refusals := map[string]*http.Request{
		"no token":          {Header: http.Header{}},
		"no token68":        request("Bearer a b"),
		"not a JWT":         request("Bearer " + token[:100]),
		"header no JSON":    request("Bearer AAAA" + token[4:]),
		"too long":          request("Bearer " + strings.Repeat("a.", 10_000)),
		"many names":        request("Bearer " + issuer.Mint(manyClaims(300))),
		"unknown issuer":    request("Bearer " + issuer.Mint(map[string]any{"iss": "https://id.example.net"})),
		"unknown key":       request(unknown),
		"another algorithm": request("Bearer " + issuer.Sign([]byte(`{"alg":"HS256"}`), []byte(`{"iss":"`+issuer.URL()+`"}`), "RS256")),
	}
	for name, r := range refusals {
		t.Run("refused/"+name, func(t *testing.T) {
			// Most of it is the answer; none of it grows with the token.
			limit := 18.0
			if name == "many names" {
				limit = 30 // tables to find repeated names, and the answer's
			}
			limitAllocations(t, limit, runs, func() {
				if serve(r) {
					t.Fatal("a bad token came through")
				}
			})
		})
	}
}

// manyClaims returns n claims that mean nothing.
func manyClaims(n int) map[string]any {
	all := map[string]any{"iss": "https://id.example.net"}
	for i := range n {
		all[fmt.Sprintf("claim-%d", i)] = i
	}
	return all
}

func limitAllocations(t *testing.T, limit float64, runs int, f func()) {
	t.Helper()
	// A concurrent fetch or garbage collection may add some to one attempt.
	least := testing.AllocsPerRun(runs/2-1, f)
	if least > limit {
		least = min(least, testing.AllocsPerRun(runs/2-1, f))
	}
	t.Logf("%v allocations", least)
	if least > limit {
		t.Errorf("%v allocations, want at most %v", least, limit)
	}
}
