package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestTheTenantInThePath guards a route whose path names a tenant.
func TestTheTenantInThePath(t *testing.T) {
	const pattern = "GET /v1/{company}/deals"
	handler := func(http.ResponseWriter, *http.Request) {}
	testauth.Tenants(t, http.StatusOK, func(auth *middleware.Authenticator) http.Handler {
		mux := http.NewServeMux()
		mux.Handle(pattern, httpauth.Func(auth, handler, scopes.PathTenant("company")))
		return mux
	})
	// In front of the mux the guard knows no parameter.
	testauth.Tenants(t, http.StatusForbidden, func(auth *middleware.Authenticator) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc(pattern, handler)
		return httpauth.Require(auth, scopes.PathTenant("company"))(mux)
	})
}
