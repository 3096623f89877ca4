package echoauth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/internal/rawtargets"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

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
	none := func(echo.Context) error { t.Error("a handler ran"); return nil }
	other := func(echo.HandlerFunc) echo.HandlerFunc { t.Error("a middleware ran"); return none }
	admin := echoauth.Require(auth, scopes.Scope("admin"))
	tenant := echoauth.Require(auth, scopes.Role("tenant"))
	for _, c := range []struct {
		name     string
		register func(e *echo.Echo, rec *echoauth.Recorder)
		want     string // how the routes are listed
		open     int    // how many of them Check names
	}{
		{"a guard", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, admin) }, "GET /a: admin\n", 0},
		{"a guard without a scope", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, echoauth.Require(auth)) }, "GET /a: any good token\n", 0},
		{"a guard among others", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, other, tenant, other, admin) }, "GET /a: role:tenant and admin\n", 0},
		{"a guard for a group", func(e *echo.Echo, _ *echoauth.Recorder) {
			g := e.Group("/v1", other, admin)
			g.GET("/a", none)
			g.Group("/x", tenant).POST("/b", none, other)
		}, "GET /v1/a: admin\nPOST /v1/x/b: admin and role:tenant\n", 0},
		{"a guard for all", func(e *echo.Echo, rec *echoauth.Recorder) { rec.Use(other, admin); e.GET("/a", none) }, "GET /a: admin\n", 0},
		{"a guard for all, later", func(e *echo.Echo, rec *echoauth.Recorder) { e.GET("/a", none); rec.Use(admin) }, "GET /a: admin\n", 0},
		{"an optional token", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, echoauth.Optional(auth)) }, "GET /a: public, token optional\n", 0},
		{"a mark", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, echoauth.Public()) }, "GET /a: public\n", 0},
		{"a mark behind a guard", func(e *echo.Echo, _ *echoauth.Recorder) { e.Group("", admin).GET("/a", none, echoauth.Public()) }, "GET /a: admin\n", 0},
		{"the authorization status", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", echoauth.AuthorizationStatus(auth)) }, "GET /a: any good token\n", 0},
		{"a host", func(e *echo.Echo, _ *echoauth.Recorder) { e.Host("api.example.com", admin).GET("/a", none) }, "GET api.example.com/a: admin\n", 0},
		{"nothing", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none); e.POST("/a", none, admin) }, "GET /a: UNDECIDED\nPOST /a: admin\n", 1},
		{"a guard that came too late for the group", func(e *echo.Echo, _ *echoauth.Recorder) { g := e.Group("/v1"); g.GET("/a", none); g.Use(admin) }, "GET /v1/a: UNDECIDED\n", 1},
		{"the last registration counts", func(e *echo.Echo, _ *echoauth.Recorder) { e.GET("/a", none, admin); e.GET("/a", none) }, "GET /a: UNDECIDED\n", 1},
		{"a handler of one's own for the rest", func(e *echo.Echo, _ *echoauth.Recorder) { e.RouteNotFound("/*", none) }, "echo_route_not_found /*: UNDECIDED\n", 1},
		{"a guard that Echo was given alone", func(e *echo.Echo, _ *echoauth.Recorder) { e.Use(admin); e.GET("/a", none) }, "GET /a: UNDECIDED\n", 1},
		{"files", func(e *echo.Echo, _ *echoauth.Recorder) { e.File("/f", "routes_test.go") }, "GET /f: UNDECIDED\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := echo.New()
			rec := echoauth.Record(e)
			c.register(e, rec)
			routes := rec.Routes()
			if got := routes.String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
			if got := named(routes.Check()); got != c.open {
				t.Errorf("Check names %d routes, want %d", got, c.open)
			}
		})
	}
	t.Run("routes of before", func(t *testing.T) {
		e := echo.New()
		e.GET("/a", none, admin)
		rec := echoauth.Record(e)
		if got := named(rec.Routes().Check()); got != 1 {
			t.Errorf("Check names %d routes, want 1", got)
		}
	})
	t.Run("another recorder", func(t *testing.T) {
		e := echo.New()
		first, second := echoauth.Record(e), echoauth.Record(e)
		e.GET("/a", none, admin)
		if err := first.Routes().Check(); err != nil {
			t.Error(err)
		}
		if err := second.Routes().Check(); err != nil {
			t.Error(err)
		}
	})
}

// named returns how many routes an error of Check names.
func named(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "\n") + 1
}

// TestMetadataRoute serves the metadata of a resource with an encoded slash.
func TestMetadataRoute(t *testing.T) {
	auth, _ := guardOf(t)
	e := echo.New()
	for _, path := range auth.MetadataPaths() {
		e.Any(path, echo.WrapHandler(auth.MetadataHandler()), echoauth.Public())
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
			e.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
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
	preflight := []string{"Origin: https://app.example", "Access-Control-Request-Method: GET"}
	for _, c := range []struct {
		name   string
		cors   bool
		fields []string
		want   int
	}{
		{"a policy before the guard", true, preflight, 204},
		{"no policy", false, preflight, 401},
		{"no preflight", false, nil, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			e := echo.New()
			if c.cors {
				e.Use(echomiddleware.CORS())
			}
			e.Any("/admin", func(echo.Context) error { t.Error("the handler ran"); return nil }, echoauth.Require(auth))
			w := httptest.NewRecorder()
			e.ServeHTTP(w, rawtargets.Request("/admin", "OPTIONS", c.fields...))
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
		})
	}
}

// The routes of an API, checked when it starts or in its tests.
func ExampleRecord() {
	auth, _ := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	handler := func(c echo.Context) error { return c.NoContent(http.StatusOK) }

	e := echo.New()
	rec := echoauth.Record(e)
	e.GET("/healthz", handler, echoauth.Public())
	v1 := e.Group("/v1", echoauth.Require(auth))
	v1.GET("/deals", handler, echoauth.Require(auth, scopes.Scope("deals-read")))
	e.DELETE("/v1/deals", handler) // somebody forgot the guard

	fmt.Print(rec.Routes())
	fmt.Println(rec.Routes().Check())
	// Output:
	// GET /healthz: public
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// bearerguard: guard DELETE /v1/deals or mark it public
}
