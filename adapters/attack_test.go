package adapters_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestAttacks has the attack kit that users get try the guards themselves.
func TestAttacks(t *testing.T) {
	need := scopes.Scope("deals-read")
	for name, serve := range map[string]func(*middleware.Authenticator, http.Handler) http.Handler{
		"net-http": func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			mux := http.NewServeMux()
			mux.Handle("GET /v1/deals", httpauth.Require(auth, need)(h))
			return mux
		},
		"echo": func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			e := echo.New()
			e.Any("/v1/deals", echo.WrapHandler(h), echoauth.Require(auth, need))
			return e
		},
		"gin": func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			gin.SetMode(gin.ReleaseMode)
			g := gin.New()
			g.GET("/v1/deals", ginauth.Require(auth, need), gin.WrapH(h))
			return g
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testutil.Attack(t, testutil.Target{
				Path: "/v1/deals", Scope: "deals-read",
				API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
					auth, err := middleware.New(middleware.Config{
						Audiences: []string{issuer.Audience()},
						Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
					})
					if err != nil {
						t.Fatal(err)
					}
					return serve(auth, handler)
				},
			})
		})
	}
}
