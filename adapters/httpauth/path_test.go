package httpauth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestTheTenantInThePath guards a route whose path names a tenant.
func TestTheTenantInThePath(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()}, Issuers: []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	own := issuer.Mint(map[string]any{"tenant": "acme"})
	need := scopes.PathTenant("company")
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	mux := http.NewServeMux()
	mux.Handle("GET /v1/{company}/deals", httpauth.Require(auth, need)(handler))
	outside := http.NewServeMux()
	outside.Handle("GET /v1/{company}/deals", handler)
	tryTenants(t, mux, own, http.StatusOK)
	tryTenants(t, httpauth.Require(auth, need)(outside), own, http.StatusForbidden) // the guard knows no parameter there
}

// tryTenants sends the token of acme to the paths of several tenants. own is the status of
// its own.
func tryTenants(t *testing.T, api http.Handler, token string, own int) {
	t.Helper()
	for path, want := range map[string]int{
		"/v1/acme/deals": own, "/v1/globex/deals": http.StatusForbidden, "/v1/Acme/deals": http.StatusForbidden,
		"/v1/acme%20/deals": http.StatusForbidden,
	} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
}
