package testauth

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Tenants sends a token of the tenant acme to the paths of several tenants. build returns
// an API with the route GET /v1/{company}/deals, whose company must be the tenant. own is
// the status for the path of acme.
func Tenants(t *testing.T, own int, build func(*middleware.Authenticator) http.Handler) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()}, Issuers: []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	api := build(auth)
	token := issuer.Mint(map[string]any{"tenant": "acme"})
	for path, want := range map[string]int{
		"/v1/acme/deals": own, "/v1/globex/deals": http.StatusForbidden, "/v1/Acme/deals": http.StatusForbidden,
		"/v1/acme%20/deals": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
}
