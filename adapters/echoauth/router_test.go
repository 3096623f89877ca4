package echoauth_test

import (
	"os"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/scopes"
)

func none(echo.Context) error { return nil }

// TestRouterLists lists routes. No handler and no middleware runs for that.
func TestRouterLists(t *testing.T) {
	auth, _ := testauth.New(t)
	none := func(echo.Context) error { t.Error("a handler ran"); return nil }
	other := func(echo.HandlerFunc) echo.HandlerFunc { t.Error("a middleware ran"); return none }
	admin, tenant := scopes.Scope("admin"), scopes.Role("tenant")
	guard := echoauth.Require(auth, admin)
	for _, c := range []struct {
		name      string
		register  func(e *echo.Echo, api *echoauth.Router)
		want      string // how the routes are listed
		undecided int    // how many of them Check names
	}{
		{"a guard and other middlewares", func(_ *echo.Echo, api *echoauth.Router) {
			api.Require(auth, tenant).Require(auth, admin).GET("/a", none, other, other)
		}, "GET /a: role:tenant and admin\n", 0},
		{"a group behind a guard", func(_ *echo.Echo, api *echoauth.Router) {
			v1 := api.Require(auth, admin).Group("/v1", other)
			v1.GET("/a", none)
			v1.Group("/x").Require(auth, tenant).POST("/b", none, other)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"a guard for the routes of a group", func(_ *echo.Echo, api *echoauth.Router) {
			v1 := api.Group("/v1", other).Require(auth, admin)
			v1.GET("/a", none)
			v1.Require(auth, tenant).Group("/x").POST("/b", none)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"groups of two guards", func(_ *echo.Echo, api *echoauth.Router) {
			v1 := api.Group("/v1")
			v1.Require(auth, admin).GET("/a", none)
			v1.Require(auth, tenant).GET("/b", none)
			v1.GET("/c", none)
		}, "GET /v1/a: admin\nGET /v1/b: role:tenant\nGET /v1/c: UNDECIDED\n", 1},
		{"a guard for all", func(_ *echo.Echo, api *echoauth.Router) {
			all := api.Require(auth, admin).Group("")
			all.GET("/a", none)
			all.RouteNotFound("/*", none)
		}, "echo_route_not_found /*: admin\nGET /a: admin\n", 0},
		{"several methods", func(_ *echo.Echo, api *echoauth.Router) {
			api.Require(auth, admin).Match([]string{"GET", "POST"}, "/a", none)
			api.Public().Match([]string{"GET", "QUERY"}, "/b", none)
		}, "GET /a: admin\nPOST /a: admin\nGET /b: public\nQUERY /b: public\n", 0},
		{"a host", func(_ *echo.Echo, api *echoauth.Router) {
			api.Require(auth, admin).Host("api.example.com").GET("/a", none)
			api.Host("www.example.com").Public().GET("/a", none)
			api.GET("/a", none)
		}, "GET /a: UNDECIDED\nGET api.example.com/a: admin\nGET www.example.com/a: public\n", 1},
		{"a group of a host", func(_ *echo.Echo, api *echoauth.Router) {
			api.Host("api.example.com").Require(auth, admin).Group("/v1").GET("/a", none)
		}, "GET api.example.com/v1/a: admin\n", 0},
		{"a router without a guard", func(_ *echo.Echo, api *echoauth.Router) { api.GET("/a", none) },
			"GET /a: UNDECIDED\n", 1},
		{"a guard among the middlewares", func(_ *echo.Echo, api *echoauth.Router) { api.GET("/a", none, guard) },
			"GET /a: UNDECIDED\n", 1},
		{"a handler for the rest", func(_ *echo.Echo, api *echoauth.Router) { api.RouteNotFound("/*", none) },
			"echo_route_not_found /*: UNDECIDED\n", 1},
		{"routes that Echo registered", func(e *echo.Echo, api *echoauth.Router) {
			e.GET("/a", none)
			e.Group("/v1").POST("/b", none, guard)
			e.RouteNotFound("/*", none)
			api.Require(auth, admin).GET("/c", none)
		}, "echo_route_not_found /*: UNDECIDED\nGET /a: UNDECIDED\nGET /c: admin\nPOST /v1/b: UNDECIDED\n", 3},
		{"a route that Echo replaced", func(e *echo.Echo, api *echoauth.Router) {
			api.Require(auth, admin).GET("/a", none)
			e.GET("/a", none)
		}, "GET /a: UNDECIDED\n", 1},
		{"a route that the router replaced", func(e *echo.Echo, api *echoauth.Router) {
			api.Public().GET("/a", none)
			api.Require(auth, admin).GET("/a", none)
		}, "GET /a: admin\n", 0},
		{"a handler for the rest of a group, replaced", func(e *echo.Echo, api *echoauth.Router) {
			api.Require(auth, admin).Group("/v1")
			e.RouteNotFound("/v1/*", none)
		}, "echo_route_not_found /v1/*: UNDECIDED\n", 1},
		{"a host that Echo replaced", func(e *echo.Echo, api *echoauth.Router) {
			api.Require(auth, admin).Host("api.example.com").GET("/a", none)
			e.Host("api.example.com").GET("/a", none)
		}, "GET api.example.com/a: UNDECIDED\n", 1},
		{"a guard of Echo's Use", func(e *echo.Echo, api *echoauth.Router) { e.Use(guard); api.GET("/a", none) },
			"GET /a: UNDECIDED\n", 1},
		{"files", func(e *echo.Echo, api *echoauth.Router) {
			e.Static("/a", "testdata")
			api.Public().GET("/b*", echo.StaticDirectoryHandler(os.DirFS("testdata"), false))
		}, "GET /a*: UNDECIDED\nGET /b*: public\n", 1},
		{"no routes", func(*echo.Echo, *echoauth.Router) {}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := echo.New()
			api := &echoauth.Router{Echo: e}
			c.register(e, api)
			for _, listed := range api.Routes() {
				clear(listed.Need) // the list is the caller's
			}
			routes := api.Routes()
			if got := routes.String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
			if got := undecided(routes.Check()); got != c.undecided {
				t.Errorf("Check names %d routes, want %d", got, c.undecided)
			}
		})
	}
	t.Run("routes from before the router", func(t *testing.T) {
		e := echo.New()
		e.GET("/a", none, guard)
		if got := undecided((&echoauth.Router{Echo: e}).Routes().Check()); got != 1 {
			t.Errorf("Check names %d routes, want 1", got)
		}
	})
	t.Run("routes of another router", func(t *testing.T) {
		e := echo.New()
		first, second := &echoauth.Router{Echo: e}, &echoauth.Router{Echo: e}
		first.Require(auth, admin).GET("/a", none)
		if err := first.Routes().Check(); err != nil {
			t.Error(err)
		}
		if got := undecided(second.Routes().Check()); got != 1 {
			t.Errorf("Check names %d routes, want 1", got)
		}
	})
	t.Run("a host in a group is a programming error", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		(&echoauth.Router{Echo: echo.New()}).Require(auth).Group("/v1").Host("api.example.com")
	})
}

// undecided returns how many routes an error of Check names.
func undecided(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "\n") + 1
}
