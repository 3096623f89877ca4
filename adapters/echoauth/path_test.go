package echoauth_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestTheTenantInThePath guards a route whose path names a tenant.
func TestTheTenantInThePath(t *testing.T) {
	testauth.Tenants(t, http.StatusOK, func(auth *middleware.Authenticator) http.Handler {
		e := echo.New()
		e.GET("/v1/:company/deals", func(c echo.Context) error { return c.NoContent(http.StatusOK) },
			echoauth.Require(auth, scopes.PathTenant("company")))
		return e
	})
}
