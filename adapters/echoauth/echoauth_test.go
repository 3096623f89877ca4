package echoauth_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/middleware"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
		e := echo.New()
		api := &echoauth.Router{Echo: e}
		for _, route := range routes {
			if route.Forgotten {
				register(e, route, nil)
				continue
			}
			r := api
			for _, g := range route.Guards {
				if g.Optional {
					r = r.Optional(g.Auth)
				} else {
					r = r.Require(g.Auth, g.Need...)
				}
			}
			if route.Status != nil {
				r = r.Require(route.Status)
			}
			if route.Public {
				r = r.Public()
			}
			register(r, route, nil)
		}
		return e, api.Routes()
	})
}

// TestPlaces runs the suite with guards in every place that Echo has for
// middlewares, and with what APIs often add to Echo.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(e *echo.Echo, routes []adaptertest.Route)
	}{
		{"Route", func(e *echo.Echo, routes []adaptertest.Route) { registerAll(e, routes) }},
		{"Group", func(e *echo.Echo, routes []adaptertest.Route) {
			for _, route := range routes {
				register(e.Group("", guardsOf(route)...), route, nil)
			}
		}},
		{"Use", global((*echo.Echo).Use)},
		{"Pre", global((*echo.Echo).Pre)},
		{"Recover", func(e *echo.Echo, routes []adaptertest.Route) {
			config := echomiddleware.DefaultRecoverConfig
			config.DisablePrintStack = true
			e.Logger.SetOutput(io.Discard)
			e.Use(echomiddleware.RecoverWithConfig(config))
			registerAll(e, routes)
		}},
		{"Debug", func(e *echo.Echo, routes []adaptertest.Route) {
			e.Debug = true
			registerAll(e, routes)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
				e := echo.New()
				c.build(e, routes)
				return e, nil
			})
		})
	}
}

// global puts the guards in front of all routes if there is only one route.
func global(use func(*echo.Echo, ...echo.MiddlewareFunc)) func(*echo.Echo, []adaptertest.Route) {
	return func(e *echo.Echo, routes []adaptertest.Route) {
		if len(routes) > 1 {
			registerAll(e, routes)
			return
		}
		use(e, guardsOf(routes[0])...)
		register(e, routes[0], nil)
	}
}

// A registrar is an Echo, a group of it, or a Router.
type registrar interface {
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
}

func registerAll(to registrar, routes []adaptertest.Route) {
	for _, route := range routes {
		register(to, route, guardsOf(route))
	}
}

func register(to registrar, route adaptertest.Route, guards []echo.MiddlewareFunc) {
	if route.Method == "" {
		to.Any(route.Path, handlerOf(route), guards...)
	} else {
		to.Add(route.Method, route.Path, handlerOf(route), guards...)
	}
}

func handlerOf(route adaptertest.Route) echo.HandlerFunc {
	if route.Status != nil {
		return echoauth.AuthorizationStatus(route.Status)
	}
	return func(c echo.Context) error {
		route.Handler(c.Response(), c.Request(), echoauth.Token(c))
		return nil
	}
}

func guardsOf(route adaptertest.Route) (guards []echo.MiddlewareFunc) {
	for _, g := range route.Guards {
		if g.Optional {
			guards = append(guards, echoauth.Optional(g.Auth))
		} else {
			guards = append(guards, echoauth.Require(g.Auth, g.Need...))
		}
	}
	return guards
}
