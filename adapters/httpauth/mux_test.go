package httpauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/scopes"
)

// forbidden is a handler that must not run.
func forbidden(t testing.TB) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a handler ran") })
}

func TestMuxLists(t *testing.T) {
	auth, _ := testauth.New(t)
	none := forbidden(t)
	admin, tenant := scopes.Scope("admin"), scopes.Role("tenant")
	guard := httpauth.Require(auth, admin)
	for _, c := range []struct {
		name      string
		register  func(mux *httpauth.Mux)
		want      string // how the routes are listed
		undecided int    // how many of them Check names
	}{
		{"a guard around a handler", func(mux *httpauth.Mux) { mux.Handle("GET /a", guard(none)) },
			"GET /a: admin\n", 0},
		{"a guard around a guard", func(mux *httpauth.Mux) {
			mux.Handle("GET /a", httpauth.Require(auth, tenant)(guard(none)))
		}, "GET /a: role:tenant and admin\n", 0},
		{"a guard of the mux around a guard", func(mux *httpauth.Mux) {
			mux.Require(auth, tenant).Handle("GET /a", guard(none))
		}, "GET /a: role:tenant and admin\n", 0},
		{"guards of the mux, the outermost first", func(mux *httpauth.Mux) {
			mux.Require(auth, tenant).Require(auth, admin).Handle("GET /a", none)
		}, "GET /a: role:tenant and admin\n", 0},
		{"two routes behind one guard of the mux", func(mux *httpauth.Mux) {
			reader := mux.Require(auth, tenant)
			reader.Require(auth, admin).Handle("GET /a", none)
			reader.HandleFunc("GET /b", none.ServeHTTP)
		}, "GET /a: role:tenant and admin\nGET /b: role:tenant\n", 0},
		{"a public mark in front of a guard", func(mux *httpauth.Mux) { mux.Public().Handle("/a", guard(none)) },
			"* /a: admin\n", 0},
		{"a host", func(mux *httpauth.Mux) { mux.Handle("GET api.example.com/a", guard(none)) },
			"GET api.example.com/a: admin\n", 0},
		{"blanks", func(mux *httpauth.Mux) { mux.Handle("GET \t/a", guard(none)) }, "GET /a: admin\n", 0},
		{"a guard inside another handler", func(mux *httpauth.Mux) {
			mux.Handle("GET /a", http.StripPrefix("/a", guard(none)))
		}, "GET /a: UNDECIDED\n", 1},
		{"a mux inside a mux", func(mux *httpauth.Mux) {
			var inner httpauth.Mux
			inner.Require(auth, tenant).Handle("GET /v1/deals", none)
			inner.HandleFunc("GET /v1/other", none.ServeHTTP)
			mux.Require(auth, admin).Handle("/v1/", &inner)
			mux.Handle("/", &inner)
		}, "GET /v1/deals: admin and role:tenant\nGET /v1/deals: role:tenant\nGET /v1/other: admin\nGET /v1/other: UNDECIDED\n", 1},
		{"a guarded view of a mux inside a mux", func(mux *httpauth.Mux) {
			var inner httpauth.Mux
			inner.HandleFunc("GET /v1/other", none.ServeHTTP)
			mux.Handle("/v1/", inner.Require(auth, admin))
		}, "GET /v1/other: UNDECIDED\n", 1},
		{"no routes", func(*httpauth.Mux) {}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mux httpauth.Mux
			c.register(&mux)
			for _, listed := range mux.Routes() {
				clear(listed.Need) // the list is the caller's
			}
			routes := mux.Routes()
			if got := routes.String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
			if got := undecided(routes.Check()); got != c.undecided {
				t.Errorf("Check names %d routes, want %d", got, c.undecided)
			}
		})
	}
}

// undecided returns how many routes an error of Check names.
func undecided(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "\n") + 1
}
