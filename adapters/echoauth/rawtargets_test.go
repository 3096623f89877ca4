package echoauth_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
)

func TestRawTargets(t *testing.T) {
	router := func(register func(e *echo.Echo, guard echo.MiddlewareFunc, admin,
		public echo.HandlerFunc)) func(rawtargets.API) http.Handler {
		return func(a rawtargets.API) http.Handler {
			e := echo.New()
			register(e, echoauth.Require(a.Auth, a.Need), echo.WrapHandler(a.Admin), echo.WrapHandler(a.Public))
			return e
		}
	}
	perRoute := func(e *echo.Echo, guard echo.MiddlewareFunc, admin, public echo.HandlerFunc) {
		e.Any("/public", public)
		e.Any("/public/*", public)
		e.Any("/admin", admin, guard)
		e.Any("/admin/*", admin, guard)
	}
	// behind puts a middleware in front of the router.
	behind := func(pre echo.MiddlewareFunc) func(rawtargets.API) http.Handler {
		return router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin, public echo.HandlerFunc) {
			e.Pre(pre)
			perRoute(e, guard, admin, public)
		})
	}
	rawtargets.Run(t, "ATK-H05 ATK-H13", map[string]func(rawtargets.API) http.Handler{
		"a guard per route": router(perRoute),
		"a guard for a group": router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin,
			public echo.HandlerFunc) {
			e.Any("/public", public)
			e.Any("/public/*", public)
			g := e.Group("/admin", guard)
			g.GET("", admin)
			g.GET("/*", admin)
			g.RouteNotFound("/*", admin)
		}),
		"a guard for all": router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin, _ echo.HandlerFunc) {
			e.Use(guard)
			e.GET("/admin", admin)
			e.GET("/:name", admin)
			e.RouteNotFound("/*", admin)
		}),
		"trailing slashes removed": behind(echomiddleware.RemoveTrailingSlash()),
		"trailing slashes added": router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin,
			public echo.HandlerFunc) {
			e.Pre(echomiddleware.AddTrailingSlash())
			e.Any("/public", public)
			e.Any("/public/*", public)
			e.Any("/admin/", admin, guard)
			e.Any("/admin/*", admin, guard)
		}),
		"paths rewritten": behind(echomiddleware.Rewrite(map[string]string{"/public/*": "/$1", "//*": "/$1"})),
		"methods overridden": router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin, public echo.HandlerFunc) {
			e.Pre(echomiddleware.MethodOverride())
			e.Any("/public", public)
			e.Any("/public/*", public)
			e.Any("/admin", admin, guard)
			e.OPTIONS("/*", public)
		}),
		"parameters": router(func(e *echo.Echo, guard echo.MiddlewareFunc, admin, public echo.HandlerFunc) {
			e.Any("/public", public)
			e.Any("/public/*", public)
			e.Any("/:name", admin, guard)
			e.Any("/:name/:rest", admin, guard)
			e.Any("/*", admin, guard)
		}),
	})
}
