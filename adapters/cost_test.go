package adapters_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// An api is a route in one of the frameworks, with and without a guard. The
// handlers do nothing.
type api struct {
	name         string
	guarded      http.Handler
	withoutGuard http.Handler
}

func apis(a *middleware.Authenticator) []api {
	need := scopes.Scope("deals-read")
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	guarded, open := http.NewServeMux(), http.NewServeMux()
	guarded.Handle("/", httpauth.Require(a, need)(nothing))
	open.Handle("/", nothing)

	onEcho := func(guards ...echo.MiddlewareFunc) http.Handler {
		e := echo.New()
		e.GET("/", func(echo.Context) error { return nil }, guards...)
		return e
	}
	onGin := func(chain ...gin.HandlerFunc) http.Handler {
		gin.SetMode(gin.ReleaseMode)
		engine := gin.New()
		engine.GET("/", append(chain, func(*gin.Context) {})...)
		return engine
	}
	return []api{
		{"net-http", guarded, open},
		{"echo", onEcho(echoauth.Require(a, need)), onEcho()},
		{"gin", onGin(ginauth.Require(a, need)), onGin()},
	}
}

// cached returns the APIs and a request whose token is cached.
func cached(tb testing.TB) ([]api, *http.Request) {
	tb.Helper()
	issuer := testutil.NewIssuer(tb, testutil.Options{})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+issuer.Mint(map[string]any{"scope": "deals-read"}))
	all := apis(auth)
	for _, a := range all {
		w := httptest.NewRecorder()
		if a.guarded.ServeHTTP(w, r); w.Code != http.StatusOK {
			tb.Fatalf("%s: status %d", a.name, w.Code)
		}
	}
	return all, r
}

// discard is a writer that discards the response.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkKnownToken measures a request with a cached token, and the same request
// without a guard.
func BenchmarkKnownToken(b *testing.B) {
	all, r := cached(b)
	for _, a := range all {
		for _, c := range []struct {
			name    string
			handler http.Handler
		}{{a.name + "/guarded", a.guarded}, {a.name + "/open", a.withoutGuard}} {
			b.Run(c.name, func(b *testing.B) {
				w := &discard{http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					c.handler.ServeHTTP(w, r)
				}
			})
		}
	}
}
