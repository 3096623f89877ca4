package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestRecorder records routes as a router's walk shows them. The tests with chi
// and gorilla/mux are in the module routers.
func TestRecorder(t *testing.T) {
	type middlewares = []func(http.Handler) http.Handler
	auth, _ := testauth.New(t)
	none := forbidden(t)
	var seen httpauth.Recorder
	admin := httpauth.Require(auth, scopes.Scope("admin"))
	tenant := httpauth.Require(auth, scopes.Role("tenant"))
	// A foreign middleware, and three that decide themselves whether the guard
	// gets the request.
	foreign := func(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 1) }
	either := func(next http.Handler) http.Handler {
		guarded := admin(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "GET" {
				next.ServeHTTP(w, r)
				return
			}
			guarded.ServeHTTP(w, r)
		})
	}
	within := func(next http.Handler) http.Handler { return admin(foreign(next)) }
	replacing := func(http.Handler) http.Handler { return admin(none) }
	for _, c := range []struct {
		name    string
		handler http.Handler
		before  middlewares
		want    string
	}{
		{"a guard around the handler", admin(none), nil, "GET /a: admin\n"},
		{"a middleware", none, middlewares{admin}, "GET /a: admin\n"},
		{"a middleware among others", none, middlewares{foreign, tenant, foreign, admin},
			"GET /a: role:tenant and admin\n"},
		{"middlewares and a guard around the handler", admin(none), middlewares{tenant},
			"GET /a: role:tenant and admin\n"},
		{"a middleware of two guards", none,
			middlewares{func(next http.Handler) http.Handler { return tenant(admin(next)) }},
			"GET /a: role:tenant and admin\n"},
		{"an optional token", none, middlewares{httpauth.Optional(auth)}, "GET /a: public, token optional\n"},
		{"a public mark", none, middlewares{seen.Public}, "GET /a: public\n"},
		{"a public mark around the handler", seen.Public(none), nil, "GET /a: public\n"},
		{"a public mark behind a guard", seen.Public(none), middlewares{admin}, "GET /a: admin\n"},
		{"the authorization status", httpauth.AuthorizationStatus(auth), nil, "GET /a: any good token\n"},
		{"no guard", none, middlewares{foreign}, "GET /a: UNDECIDED\n"},
		{"a middleware that may pass the guard by", none, middlewares{either}, "GET /a: UNDECIDED\n"},
		{"a guard in front of a middleware, in one function", none, middlewares{within}, "GET /a: UNDECIDED\n"},
		{"a middleware that drops its handler", none, middlewares{replacing}, "GET /a: UNDECIDED\n"},
		{"a guard inside another handler", http.StripPrefix("/a", admin(none)), nil, "GET /a: UNDECIDED\n"},
		{"no handler", nil, middlewares{admin}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rec httpauth.Recorder
			if err := rec.Record("GET", "/a", c.handler, c.before...); err != nil {
				t.Fatal(err)
			}
			for _, listed := range rec.Routes() {
				clear(listed.Need) // the list is the caller's
			}
			if got := rec.Routes().String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
		})
	}
}
