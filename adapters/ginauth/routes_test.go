package ginauth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/internal/rawtargets"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

func init() { gin.SetMode(gin.ReleaseMode) }

// guardOf returns an Authenticator and a token with the scope "admin".
func guardOf(t testing.TB) (*middleware.Authenticator, string) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		Resource:  "https://api.example.com/a%2Fb",
	})
	if err != nil {
		t.Fatal(err)
	}
	return auth, issuer.Mint(map[string]any{"scope": "admin"})
}

// TestRoutes lists routes whose handlers and middleware must not run meanwhile.
func TestRoutes(t *testing.T) {
	auth, _ := guardOf(t)
	none := func(*gin.Context) { t.Error("a handler ran") }
	admin := ginauth.Require(auth, scopes.Scope("admin"))
	tenant := ginauth.Require(auth, scopes.Role("tenant"))
	for _, c := range []struct {
		name     string
		register func(r *gin.Engine)
		want     string // how the routes are listed
		open     int    // how many of them Check names
	}{
		{"a guard", func(r *gin.Engine) { r.GET("/a", admin, none) }, "GET /a: admin\n", 0},
		{"a guard without a scope", func(r *gin.Engine) { r.GET("/a", ginauth.Require(auth), none) }, "GET /a: any good token\n", 0},
		{"a guard among others", func(r *gin.Engine) { r.GET("/a", none, tenant, none, admin, none) }, "GET /a: role:tenant and admin\n", 0},
		{"a guard for a group", func(r *gin.Engine) {
			g := r.Group("/v1", none, admin)
			g.GET("/a", none)
			g.Group("/x", tenant).POST("/b", none, none)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"a guard for all", func(r *gin.Engine) { r.Use(none, admin); r.GET("/a", none) }, "GET /a: admin\n", 0},
		{"an optional token", func(r *gin.Engine) { r.GET("/a", ginauth.Optional(auth), none) }, "GET /a: public, token optional\n", 0},
		{"a mark", func(r *gin.Engine) { r.GET("/a", ginauth.Public(), none) }, "GET /a: public\n", 0},
		{"a mark behind a guard", func(r *gin.Engine) { r.GET("/a", admin, ginauth.Public(), none) }, "GET /a: admin\n", 0},
		{"the authorization status", func(r *gin.Engine) { r.GET("/a", none, ginauth.AuthorizationStatus(auth)) }, "GET /a: any good token\n", 0},
		{"paths with a beginning in common", func(r *gin.Engine) {
			r.GET("/deals/:id", admin, none)
			r.GET("/deals/:id/parts", tenant, none)
			r.GET("/dealers", admin, none)
			r.GET("/files/*path", ginauth.Public(), none)
			r.POST("/deals/:id", none)
		}, "GET /dealers: admin\nGET /deals/:id: admin\nPOST /deals/:id: UNDECIDED\nGET /deals/:id/parts: role:tenant\nGET /files/*path: public\n", 1},
		{"nothing", func(r *gin.Engine) { r.GET("/a", none, none); r.POST("/a", admin, none) }, "GET /a: UNDECIDED\nPOST /a: admin\n", 1},
		{"a guard that came too late", func(r *gin.Engine) { r.GET("/a", none); r.Use(admin) }, "GET /a: UNDECIDED\n", 1},
		{"a guard behind the handler", func(r *gin.Engine) { r.GET("/a", none, admin) }, "GET /a: UNDECIDED\n", 1},
		{"the authorization status as a guard", func(r *gin.Engine) { r.GET("/a", ginauth.AuthorizationStatus(auth), none) }, "GET /a: UNDECIDED\n", 1},
		{"handlers for the rest", func(r *gin.Engine) { r.NoRoute(none); r.NoMethod(admin, none) }, "* NoMethod: admin\n* NoRoute: UNDECIDED\n", 1},
		{"a guard for the rest", func(r *gin.Engine) { r.Use(admin); r.NoRoute(none) }, "* NoRoute: admin\n", 0},
		{"files", func(r *gin.Engine) { r.StaticFile("/f", "routes_test.go") }, "GET /f: UNDECIDED\nHEAD /f: UNDECIDED\n", 2},
		{"no routes", func(r *gin.Engine) {}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gin.New()
			c.register(r)
			routes := ginauth.Routes(r)
			if got := routes.String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
			if got := named(routes.Check()); got != c.open {
				t.Errorf("Check names %d routes, want %d", got, c.open)
			}
		})
	}
}

// named returns how many routes an error of Check names.
func named(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "\n") + 1
}

// TestMetadataRoute serves the metadata of a resource with an encoded slash,
// which Gin has to be told to keep.
func TestMetadataRoute(t *testing.T) {
	auth, _ := guardOf(t)
	r := gin.New()
	r.UseRawPath = true
	for _, path := range auth.MetadataPaths() {
		r.Any(path, ginauth.Public(), gin.WrapH(auth.MetadataHandler()))
	}
	for target, want := range map[string]int{
		"/.well-known/oauth-protected-resource/a%2Fb":  200,
		"/.well-known/oauth-protected-resource/a%2Fb/": 200,
		"/.well-known/oauth-protected-resource/a/b":    404,
		"/.well-known/oauth-protected-resource":        404,
	} {
		t.Run(target, func(t *testing.T) {
			t.Attr("requirement", "PRM-21")
			w := httptest.NewRecorder()
			r.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
			if w.Code != want {
				t.Errorf("status %d, want %d", w.Code, want)
			}
		})
	}
}

// TestPreflight shows where CORS belongs: before the guard. A preflight has no
// token.
func TestPreflight(t *testing.T) {
	auth, _ := guardOf(t)
	policy := func(c *gin.Context) {
		c.Header("Access-Control-Allow-Origin", "https://app.example")
		if c.Request.Method == "OPTIONS" && c.GetHeader("Access-Control-Request-Method") != "" {
			c.AbortWithStatus(http.StatusNoContent)
		}
	}
	preflight := []string{"Origin: https://app.example", "Access-Control-Request-Method: GET"}
	for _, c := range []struct {
		name   string
		before []gin.HandlerFunc
		fields []string
		want   int
	}{
		{"a policy before the guard", []gin.HandlerFunc{policy}, preflight, 204},
		{"no policy", nil, preflight, 401},
		{"no preflight", []gin.HandlerFunc{policy}, nil, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			r := gin.New()
			r.Use(c.before...)
			r.Any("/admin", ginauth.Require(auth), func(*gin.Context) { t.Error("the handler ran") })
			w := httptest.NewRecorder()
			r.ServeHTTP(w, rawtargets.Request("/admin", "OPTIONS", c.fields...))
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
		})
	}
}

// The routes of an API, checked when it starts or in its tests.
func ExampleRoutes() {
	auth, _ := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	handler := func(c *gin.Context) { c.Status(http.StatusOK) }

	r := gin.New()
	r.GET("/healthz", ginauth.Public(), handler)
	v1 := r.Group("/v1", ginauth.Require(auth))
	v1.GET("/deals", ginauth.Require(auth, scopes.Scope("deals-read")), handler)
	r.DELETE("/v1/deals", handler) // somebody forgot the guard

	fmt.Print(ginauth.Routes(r))
	fmt.Println(ginauth.Routes(r).Check())
	// Output:
	// GET /healthz: public
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// bearerguard: guard DELETE /v1/deals or mark it public
}
