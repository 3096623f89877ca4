// Package testauth holds what the tests of several adapters share.
package testauth

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// New returns an Authenticator and a token that it accepts, with the scope
// "admin". The resource of its metadata has an encoded slash in its path.
func New(t testing.TB) (*middleware.Authenticator, string) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		Resource:  "https://api.example.com/a%2Fb",
	})
	if err != nil {
		t.Fatal(err)
	}
	return auth, issuer.Mint(map[string]any{"scope": "admin"})
}
