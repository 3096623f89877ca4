package httpauth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
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

// forbidden is a handler that must not run.
func forbidden(t testing.TB) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a handler ran") })
}

func TestRoutes(t *testing.T) {
	auth, _ := guardOf(t)
	none := forbidden(t)
	admin := httpauth.Require(auth, scopes.Scope("admin"))
	tenant := httpauth.Require(auth, scopes.Role("tenant"))
	for _, c := range []struct {
		name    string
		pattern string
		handler http.Handler
		want    string // how the route is listed
		open    bool   // whether Check names it
	}{
		{"a guard", "GET /a", admin(none), "GET /a: admin", false},
		{"a guard without a scope", "GET /a", httpauth.Require(auth)(none), "GET /a: any good token", false},
		{"two guards", "GET /a", tenant(admin(none)), "GET /a: role:tenant and admin", false},
		{"an optional token", "GET /a", httpauth.Optional(auth)(none), "GET /a: public, token optional", false},
		{"a mark", "/a/", httpauth.Public(none), "* /a/: public", false},
		{"a mark in front of a guard", "/a", httpauth.Public(admin(none)), "* /a: admin", false},
		{"a mark behind a guard", "/a", admin(httpauth.Public(none)), "* /a: admin", false},
		{"the authorization status", "/a", httpauth.AuthorizationStatus(auth), "* /a: any good token", false},
		{"a host", "GET api.example.com/a", admin(none), "GET api.example.com/a: admin", false},
		{"blanks", "GET \t/a", admin(none), "GET /a: admin", false},
		{"nothing", "GET /a", none, "GET /a: UNDECIDED", true},
		{"a guard out of sight", "GET /a", http.StripPrefix("/a", admin(none)), "GET /a: UNDECIDED", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mux httpauth.Mux
			mux.Handle(c.pattern, c.handler)
			routes := mux.Routes()
			if got := routes.String(); got != c.want+"\n" {
				t.Errorf("the route is listed as %q, want %q", got, c.want)
			}
			err := routes.Check()
			if (err != nil) != c.open {
				t.Errorf("Check: %v", err)
			}
			if pattern := strings.Fields(c.pattern)[len(strings.Fields(c.pattern))-1]; c.open && !strings.Contains(err.Error(), pattern) {
				t.Errorf("Check does not name %s: %v", pattern, err)
			}
		})
	}
	t.Run("a mux behind a guard", func(t *testing.T) {
		var inner, outer httpauth.Mux
		inner.Handle("GET /v1/deals", tenant(none))
		inner.HandleFunc("GET /v1/other", none.ServeHTTP)
		outer.Handle("/v1/", admin(&inner))
		outer.Handle("/", &inner)
		want := `GET /v1/deals: admin and role:tenant
GET /v1/deals: role:tenant
GET /v1/other: admin
GET /v1/other: UNDECIDED
`
		if got := outer.Routes().String(); got != want {
			t.Errorf("routes:\n%swant\n%s", got, want)
		}
		if err := outer.Routes().Check(); err == nil || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("Check: %v, want one route", err)
		}
	})
	t.Run("a mux without routes", func(t *testing.T) {
		if err := new(httpauth.Mux).Routes().Check(); err != nil {
			t.Error(err)
		}
	})
}

// TestMetadataRoute serves the metadata of a resource with an encoded slash.
func TestMetadataRoute(t *testing.T) {
	auth, _ := guardOf(t)
	var mux httpauth.Mux
	for _, path := range auth.MetadataPaths() {
		mux.Handle(path, httpauth.Public(auth.MetadataHandler()))
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
			mux.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
			if w.Code != want {
				t.Errorf("status %d, want %d", w.Code, want)
			}
		})
	}
}

// TestPreflight shows where CORS belongs: a policy outside the guard answers
// preflights, which carry no token, and the guard lets nothing else through.
func TestPreflight(t *testing.T) {
	auth, _ := guardOf(t)
	guarded := httpauth.Require(auth)(forbidden(t))
	policy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		if r.Method == "OPTIONS" && r.Header.Get("Access-Control-Request-Method") != "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		guarded.ServeHTTP(w, r)
	})
	for _, c := range []struct {
		name   string
		h      http.Handler
		fields []string
		want   int
	}{
		{"a policy outside the guard", policy, []string{"Origin: https://app.example", "Access-Control-Request-Method: GET"}, 204},
		{"no policy", guarded, []string{"Origin: https://app.example", "Access-Control-Request-Method: GET"}, 401},
		{"no preflight", policy, nil, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			w := httptest.NewRecorder()
			c.h.ServeHTTP(w, rawtargets.Request("/admin", "OPTIONS", c.fields...))
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
		})
	}
}

// The routes of an API, checked when it starts or in its tests.
func ExampleMux() {
	auth, _ := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	handler := http.NotFoundHandler()

	var mux httpauth.Mux
	mux.Handle("GET /healthz", httpauth.Public(handler))
	mux.Handle("GET /v1/deals", httpauth.Require(auth, scopes.Scope("deals-read"))(handler))
	mux.Handle("DELETE /v1/deals", handler) // somebody forgot the guard

	fmt.Print(mux.Routes())
	fmt.Println(mux.Routes().Check())
	// Output:
	// GET /healthz: public
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// bearerguard: guard DELETE /v1/deals or mark it public
}
