package echoauth_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/echoauth"
)

func TestAdapter(t *testing.T) { adaptertest.Run(t, build) }

func build(routes []adaptertest.Route) http.Handler {
	e := echo.New()
	register(e, routes)
	return e
}

// register registers routes with e.
func register(e *echo.Echo, routes []adaptertest.Route) {
	for _, route := range routes {
		if route.Method == "" {
			e.Any(route.Path, handlerOf(route), guardsOf(route)...)
		} else {
			e.Add(route.Method, route.Path, handlerOf(route), guardsOf(route)...)
		}
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
