package ginauth_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestTheTenantInThePath guards a route whose path names a tenant.
func TestTheTenantInThePath(t *testing.T) {
	testauth.Tenants(t, http.StatusOK, func(auth *middleware.Authenticator) http.Handler {
		engine := gin.New()
		engine.GET("/v1/:company/deals", ginauth.Require(auth, scopes.PathTenant("company")), func(*gin.Context) {})
		return engine
	})
}
