package ginauth_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/middleware"
)

func init() { gin.SetMode(gin.ReleaseMode) }

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
		engine := newEngine()
		api := &ginauth.Router{Engine: engine}
		for _, route := range routes {
			if route.Forgotten {
				register(engine, route, nil)
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
			if route.Method == "" {
				r.Any(route.Path, handlerOf(route))
			} else {
				r.Handle(route.Method, route.Path, handlerOf(route))
			}
		}
		return engine, api.Routes()
	})
}

// TestPlaces runs the suite with guards in every place that Gin has for
// handlers, and with what APIs often add to Gin.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(engine *gin.Engine, routes []adaptertest.Route)
	}{
		{"Route", func(engine *gin.Engine, routes []adaptertest.Route) { registerAll(engine, routes) }},
		{"Group", func(engine *gin.Engine, routes []adaptertest.Route) {
			for _, route := range routes {
				register(engine.Group("", guardsOf(route)...), route, nil)
			}
		}},
		{"Use", func(engine *gin.Engine, routes []adaptertest.Route) {
			if len(routes) > 1 {
				registerAll(engine, routes)
				return
			}
			engine.Use(guardsOf(routes[0])...)
			register(engine, routes[0], nil)
		}},
		{"Recovery", func(engine *gin.Engine, routes []adaptertest.Route) {
			engine.Use(gin.RecoveryWithWriter(io.Discard))
			registerAll(engine, routes)
		}},
		{"middleware that renders errors", func(engine *gin.Engine, routes []adaptertest.Route) {
			engine.Use(func(c *gin.Context) {
				c.Next()
				if len(c.Errors) > 0 && !c.Writer.Written() {
					c.String(http.StatusInternalServerError, "rendered")
				}
			})
			registerAll(engine, routes)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
				engine := newEngine()
				c.build(engine, routes)
				return engine, nil
			})
		})
	}
}

// newEngine returns an engine that keeps encoded slashes in paths.
func newEngine() *gin.Engine {
	engine := gin.New()
	engine.UseRawPath = true
	return engine
}

func registerAll(to gin.IRoutes, routes []adaptertest.Route) {
	for _, route := range routes {
		register(to, route, guardsOf(route))
	}
}

func register(to gin.IRoutes, route adaptertest.Route, guards []gin.HandlerFunc) {
	chain := append(guards, handlerOf(route))
	if route.Method == "" {
		to.Any(route.Path, chain...)
	} else {
		to.Handle(route.Method, route.Path, chain...)
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
