package testutil_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// An API's own test attacks it. What it takes is a way to build the API around
// an issuer and a handler of the kit's.
func ExampleAttack() {
	var t *testing.T // the test's own

	testutil.Attack(t, testutil.Target{
		Path: "/v1/deals", Scope: "deals-read",
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			return newGuard(issuer, handler)
		},
		Without: map[string]string{"size/200-kB-signed": "our proxy refuses them"},
	})
}

// Without an HTTP server in front the tokens of the cases are attacks as well.
func ExampleAttacks() {
	var t *testing.T // the test's own
	var verify func(token string) error

	api := func(*testutil.Issuer, http.Handler) http.Handler {
		// Make verify trust the issuer here.
		return http.NotFoundHandler()
	}
	for _, c := range testutil.Attacks(t, testutil.Target{API: api}) {
		if err := verify(c.Token); c.Token != "" && (err == nil) != c.Good() {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
