package ginauth_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
)

func TestAdapter(t *testing.T) { adaptertest.Run(t, build) }

func build(routes []adaptertest.Route) http.Handler {
	engine := gin.New()
	register(engine, routes)
	return engine
}

// register registers routes with r.
func register(r gin.IRoutes, routes []adaptertest.Route) {
	for _, route := range routes {
		chain := append(guardsOf(route), handlerOf(route))
		if route.Method == "" {
			r.Any(route.Path, chain...)
		} else {
			r.Handle(route.Method, route.Path, chain...)
		}
	}
}

func handlerOf(route adaptertest.Route) gin.HandlerFunc {
	if route.Status != nil {
		return ginauth.AuthorizationStatus(route.Status)
	}
	return func(c *gin.Context) { route.Handler(c.Writer, c.Request, ginauth.Token(c)) }
}

func guardsOf(route adaptertest.Route) (guards []gin.HandlerFunc) {
	for _, g := range route.Guards {
		if g.Optional {
			guards = append(guards, ginauth.Optional(g.Auth))
		} else {
			guards = append(guards, ginauth.Require(g.Auth, g.Need...))
		}
	}
	return guards
}
