package ginauth_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	os.Exit(m.Run())
}

func TestAdapter(t *testing.T) { adaptertest.Run(t, build) }

func build(routes []adaptertest.Route) http.Handler {
	engine := gin.New()
	register(engine, routes)
	return engine
}

// register registers routes with engine.
func register(engine *gin.Engine, routes []adaptertest.Route) {
	for _, route := range routes {
		var chain []gin.HandlerFunc
		for _, g := range route.Guards {
			if g.Optional {
				chain = append(chain, ginauth.Optional(g.Auth))
			} else {
				chain = append(chain, ginauth.Require(g.Auth, g.Need...))
			}
		}
		if route.Status != nil {
			chain = append(chain, ginauth.AuthorizationStatus(route.Status))
		} else {
			chain = append(chain, func(c *gin.Context) { route.Handler(c.Writer, c.Request, ginauth.Token(c)) })
		}
		if route.Method == "" {
			engine.Any(route.Path, chain...)
		} else {
			engine.Handle(route.Method, route.Path, chain...)
		}
	}
}
