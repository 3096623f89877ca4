package echoauth_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/internal/rawtargets"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestRawTargets sends every spelling of a guarded path without a token. What
// decides is the route that matched.
func TestRawTargets(t *testing.T) {
	auth, token := guardOf(t)
	ran := ""
	note := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error { ran = name; return c.NoContent(http.StatusOK) }
	}
	guard := echoauth.Require(auth, scopes.Scope("admin"))
	public := func(e *echo.Echo) {
		e.Any("/public", note("public"), echoauth.Public())
		e.Any("/public/*", note("public"), echoauth.Public())
	}
	for name, register := range map[string]func(e *echo.Echo){
		"a guard per route": func(e *echo.Echo) {
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"a guard for a group": func(e *echo.Echo) {
			public(e)
			g := e.Group("/admin", guard)
			g.GET("", note("admin"))
			g.GET("/*", note("admin"))
			g.RouteNotFound("/*", note("admin"))
		},
		"a guard for all": func(e *echo.Echo) {
			e.Use(guard)
			e.GET("/admin", note("admin"))
			e.GET("/:name", note("admin"))
			e.RouteNotFound("/*", note("admin"))
		},
		"trailing slashes removed": func(e *echo.Echo) {
			e.Pre(echomiddleware.RemoveTrailingSlash())
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"trailing slashes added": func(e *echo.Echo) {
			e.Pre(echomiddleware.AddTrailingSlash())
			public(e)
			e.Any("/admin/", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"paths rewritten": func(e *echo.Echo) {
			e.Pre(echomiddleware.Rewrite(map[string]string{"/public/*": "/$1", "//*": "/$1"}))
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"methods overridden": func(e *echo.Echo) {
			e.Pre(echomiddleware.MethodOverride())
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.OPTIONS("/*", note("public"), echoauth.Public())
		},
		"parameters": func(e *echo.Echo) {
			public(e)
			e.Any("/:name", note("admin"), guard)
			e.Any("/:name/:rest", note("admin"), guard)
			e.Any("/*", note("admin"), guard)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("requirement", "ATK-H05")
			t.Attr("requirement", "ATK-H13")
			e := echo.New()
			register(e)
			rawtargets.Try(t, e, token, &ran)
		})
	}
}
