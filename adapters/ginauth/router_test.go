package ginauth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestRouterLists lists routes. No handler runs for that.
func TestRouterLists(t *testing.T) {
	auth, _ := testauth.New(t)
	none := func(*gin.Context) { t.Error("a handler ran") }
	admin, tenant := scopes.Scope("admin"), scopes.Role("tenant")
	guard := ginauth.Require(auth, admin)
	for _, c := range []struct {
		name      string
		register  func(engine *gin.Engine, api *ginauth.Router)
		want      string // how the routes are listed
		undecided int    // how many of them Check names
	}{
		{"a guard and other handlers", func(_ *gin.Engine, api *ginauth.Router) {
			api.Require(auth, tenant).Require(auth, admin).GET("/a", none, none)
		}, "GET /a: role:tenant and admin\n", 0},
		{"a group behind a guard", func(_ *gin.Engine, api *ginauth.Router) {
			v1 := api.Require(auth, admin).Group("/v1", none)
			v1.GET("/a", none)
			v1.Group("/x").Require(auth, tenant).POST("/b", none, none)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"a guard for the routes of a group", func(_ *gin.Engine, api *ginauth.Router) {
			v1 := api.Group("/v1", none).Require(auth, admin)
			v1.GET("/a", none)
			v1.Require(auth, tenant).Group("x/").POST("b", none)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"groups of two guards", func(_ *gin.Engine, api *ginauth.Router) {
			v1 := api.Group("/v1")
			v1.Require(auth, admin).GET("/a", none)
			v1.Require(auth, tenant).GET("/b", none)
			v1.GET("/c", none)
		}, "GET /v1/a: admin\nGET /v1/b: role:tenant\nGET /v1/c: UNDECIDED\n", 1},
		{"several methods", func(_ *gin.Engine, api *ginauth.Router) {
			api.Require(auth, admin).Match([]string{"GET", "POST"}, "/a", none)
			api.Public().Match([]string{"GET", "QUERY"}, "/b", none)
		}, "GET /a: admin\nPOST /a: admin\nGET /b: public\nQUERY /b: public\n", 0},
		{"paths with a beginning in common", func(engine *gin.Engine, api *ginauth.Router) {
			api.Require(auth, admin).GET("/deals/:id", none)
			api.Require(auth, tenant).GET("/deals/:id/parts", none)
			api.Require(auth, admin).GET("/dealers/", none)
			api.Public().GET("/files/*path", none)
			engine.POST("/deals/:id", none)
		}, "GET /dealers/: admin\nGET /deals/:id: admin\nPOST /deals/:id: UNDECIDED\nGET /deals/:id/parts: role:tenant\nGET /files/*path: public\n", 1},
		{"a router without a guard", func(_ *gin.Engine, api *ginauth.Router) { api.GET("/a", none) },
			"GET /a: UNDECIDED\n", 1},
		{"a guard among the handlers", func(_ *gin.Engine, api *ginauth.Router) { api.GET("/a", guard, none) },
			"GET /a: UNDECIDED\n", 1},
		{"routes that Gin registered", func(engine *gin.Engine, api *ginauth.Router) {
			engine.GET("/a", none)
			engine.Group("/v1").POST("/b", guard, none)
			api.Require(auth, admin).GET("/c", none)
		}, "GET /a: UNDECIDED\nGET /c: admin\nPOST /v1/b: UNDECIDED\n", 2},
		{"a guard of Gin's Use", func(engine *gin.Engine,
			api *ginauth.Router) {
			engine.Use(guard)
			api.GET("/a", none)
		}, "GET /a: UNDECIDED\n", 1},
		{"handlers for the rest", func(_ *gin.Engine, api *ginauth.Router) {
			api.NoRoute(none)
			api.Require(auth, admin).NoMethod(none)
		}, "* NoMethod: admin\n* NoRoute: UNDECIDED\n", 1},
		{"a guard for the rest", func(_ *gin.Engine, api *ginauth.Router) { api.Require(auth, admin).NoRoute() },
			"* NoRoute: admin\n", 0},
		{"a handler in front of its guard", func(engine *gin.Engine, api *ginauth.Router) {
			engine.GET("/a", none, guard)
			api.Group("/b", none).Require(auth, admin).GET("")
			api.Group("/c", none).Require(auth, tenant).Optional(auth).Any("")
			api.Group("/d", none).Require(auth, admin).NoRoute()
			api.Group("/e", none).Require(auth, admin).NoMethod()
		}, "GET /a: UNDECIDED\nGET /b: UNDECIDED\nCONNECT /c: UNDECIDED\nDELETE /c: UNDECIDED\nGET /c: UNDECIDED\n" +
			"HEAD /c: UNDECIDED\nOPTIONS /c: UNDECIDED\nPATCH /c: UNDECIDED\nPOST /c: UNDECIDED\nPUT /c: UNDECIDED\n" +
			"TRACE /c: UNDECIDED\n* NoMethod: UNDECIDED\n* NoRoute: UNDECIDED\n", 13},
		{"a handler of the engine in front of its guard", func(engine *gin.Engine, api *ginauth.Router) {
			engine.Use(none)
			api.Require(auth, admin).GET("/a")
			api.Require(auth, admin).GET("/b", none)
			api.Require(auth, admin).NoRoute()
		}, "GET /a: UNDECIDED\nGET /b: admin\n* NoRoute: admin\n", 1},
		{"the handlers of a group behind its guard", func(_ *gin.Engine, api *ginauth.Router) {
			api.Group("/a", none).Require(auth, admin).Group("", none).GET("")
			api.Require(auth, admin).Group("/b", none).GET("")
			api.Require(auth, admin).GET("/c")
		}, "GET /a: admin\nGET /b: admin\nGET /c: admin\n", 0},
		{"a public handler for the rest", func(_ *gin.Engine, api *ginauth.Router) { api.Public().NoRoute(none) },
			"* NoRoute: public\n", 0},
		{"Gin's own response for the rest", func(_ *gin.Engine, api *ginauth.Router) { api.NoRoute() }, "", 0},
		{"handlers for the rest that Gin registered", func(engine *gin.Engine, _ *ginauth.Router) {
			engine.NoRoute(none)
			engine.NoMethod(guard, none)
		}, "* NoMethod: UNDECIDED\n* NoRoute: UNDECIDED\n", 2},
		{"handlers for the rest that Gin replaced", func(engine *gin.Engine, api *ginauth.Router) {
			api.Require(auth, admin).NoRoute(none)
			api.Require(auth, admin).NoMethod(none)
			engine.NoRoute(guard, none)
			engine.NoMethod()
		}, "* NoRoute: UNDECIDED\n", 1},
		{"files", func(engine *gin.Engine, api *ginauth.Router) {
			engine.StaticFile("/f", "router_test.go")
			api.Public().StaticFile("/g", "router_test.go")
			api.Require(auth, admin).Group("/v1").Static("/h", "testdata")
		}, "GET /f: UNDECIDED\nHEAD /f: UNDECIDED\nGET /g: public\nHEAD /g: public\n" +
			"GET /v1/h/*filepath: admin\nHEAD /v1/h/*filepath: admin\n", 2},
		{"no routes", func(*gin.Engine, *ginauth.Router) {}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			engine := gin.New()
			api := &ginauth.Router{Engine: engine}
			c.register(engine, api)
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
		engine := gin.New()
		engine.GET("/a", guard, none)
		if got := undecided((&ginauth.Router{Engine: engine}).Routes().Check()); got != 1 {
			t.Errorf("Check names %d routes, want 1", got)
		}
	})
}

// undecided returns how many routes an error of Check names.
func undecided(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "\n") + 1
}

// TestNoRouteGuards shows that the handlers for the rest stand behind the guards
// and the handlers of a group, each once.
func TestNoRouteGuards(t *testing.T) {
	auth, token := testauth.New(t)
	engine := gin.New()
	var ran []string
	note := func(name string) gin.HandlerFunc { return func(*gin.Context) { ran = append(ran, name) } }
	engine.Use(note("engine"))
	api := &ginauth.Router{Engine: engine}
	api.Group("", note("group")).Require(auth).NoRoute(note("handler"))
	for _, c := range []struct {
		token string
		want  string
	}{{"", "engine group"}, {token, "engine group handler"}} {
		ran = nil
		r := httptest.NewRequest(http.MethodGet, "/nothing", nil)
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		engine.ServeHTTP(httptest.NewRecorder(), r)
		if got := strings.Join(ran, " "); got != c.want {
			t.Errorf("ran %q, want %q", got, c.want)
		}
	}
}

// TestCORS shows that a CORS policy belongs in front of the guard.
func TestCORS(t *testing.T) {
	auth, _ := testauth.New(t)
	policy := func(c *gin.Context) {
		if c.Request.Method == "OPTIONS" && c.GetHeader("Access-Control-Request-Method") != "" {
			c.AbortWithStatus(http.StatusNoContent)
		}
	}
	for _, c := range []struct {
		name   string
		before []gin.HandlerFunc
		method string // of Access-Control-Request-Method
		want   int
	}{
		{"a policy", []gin.HandlerFunc{policy}, "GET", 204},
		{"no policy", nil, "GET", 401},
		{"no preflight request", []gin.HandlerFunc{policy}, "", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			engine := gin.New()
			engine.Use(c.before...)
			engine.Any("/admin", ginauth.Require(auth), func(*gin.Context) { t.Error("the handler ran") })
			r := httptest.NewRequest(http.MethodOptions, "/admin", nil)
			r.Header.Set("Origin", "https://app.example")
			r.Header.Set("Access-Control-Request-Method", c.method)
			w := httptest.NewRecorder()
			if engine.ServeHTTP(w, r); w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
		})
	}
}
