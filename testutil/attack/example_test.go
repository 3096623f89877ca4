package attack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// An API's own test attacks it. The test builds the API around an issuer and a
// handler of this package.
func ExampleRun() {
	var t *testing.T // the test's own

	attack.Run(t, attack.Target{
		Path: "/v1/deals", Scope: "deals-read",
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			return newGuard(issuer, handler)
		},
		Without: map[string]string{"size/200-kB-signed": "our proxy rejects them"},
	})
}

// A test of its own tries the cases of one group.
func ExampleCase_Try() {
	var t *testing.T // the test's own

	hostile := func(c attack.Case) bool { return !c.Good() && strings.HasPrefix(c.Name, "audience/") }
	target := attack.Target{
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler { return newGuard(issuer, handler) },
	}
	for _, c := range target.Cases(t) {
		if hostile(c) {
			if err := c.Try(); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		}
	}
}

// Where there is no HTTP server, the tokens of the cases are attacks as well.
func ExampleTarget_Cases() {
	var t *testing.T // the test's own
	var verify func(token string) error

	api := func(*testutil.Issuer, http.Handler) http.Handler {
		// Make verify trust the issuer here.
		return http.NotFoundHandler()
	}
	for _, c := range (attack.Target{API: api}).Cases(t) {
		if err := verify(c.Token); c.Token != "" && (err == nil) != c.Good() {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
