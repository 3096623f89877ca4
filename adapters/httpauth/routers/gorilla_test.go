package routers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestGorilla(t *testing.T) {
	adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
		var seen httpauth.Recorder
		router := mux.NewRouter().UseEncodedPath()
		for _, route := range routes {
			r := router.Handle(route.Path, wrapped(handlerOf(route), guardsOf(&seen, route)))
			if route.Method != "" {
				r.Methods(route.Method)
			}
		}
		return router, walk(t, router, &seen)
	})
}

// walk records the routes of the router.
func walk(t *testing.T, router *mux.Router, seen *httpauth.Recorder) middleware.Routes {
	t.Helper()
	err := router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		pattern, _ := route.GetPathTemplate() // an error says that there is none
		methods, _ := route.GetMethods()
		return seen.Record(strings.Join(methods, ","), pattern, route.GetHandler())
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen.Routes()
}

func TestGorillaRoutes(t *testing.T) {
	auth, _ := testauth.New(t)
	none := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a handler ran") })
	admin := httpauth.Require(auth, scopes.Scope("admin"))
	for _, c := range []struct {
		name     string
		register func(r *mux.Router, seen *httpauth.Recorder)
		want     string
	}{
		{"nested routers", func(r *mux.Router, seen *httpauth.Recorder) {
			sub := r.PathPrefix("/v1").Subrouter()
			sub.Handle("/a", admin(none)).Methods("GET", "POST")
			sub.Handle("/b", none)
			r.Handle("/healthz", seen.Public(none))
		}, "* /healthz: public\nGET,POST /v1/a: admin\n* /v1/b: UNDECIDED\n"},
		{"a guard of Use, which a walk does not show", func(r *mux.Router, _ *httpauth.Recorder) {
			r.Use(admin)
			r.Handle("/a", none)
		}, "* /a: UNDECIDED\n"},
		{"a route without a path", func(r *mux.Router, _ *httpauth.Recorder) {
			r.Host("api.example.com").Handler(none)
		}, "* : UNDECIDED\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen httpauth.Recorder
			r := mux.NewRouter()
			c.register(r, &seen)
			if got := walk(t, r, &seen).String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestGorillaRawTargets(t *testing.T) {
	router := func(r *mux.Router) func(rawtargets.API) http.Handler {
		return func(a rawtargets.API) http.Handler {
			guard := httpauth.Require(a.Auth, a.Need)
			r.Handle("/admin", guard(a.Admin))
			r.PathPrefix("/admin/").Handler(guard(a.Admin))
			r.PathPrefix("/public").Handler(a.Public)
			return r
		}
	}
	rawtargets.Run(t, "ATK-H05", map[string]func(rawtargets.API) http.Handler{
		"a guard per route": router(mux.NewRouter()),
		"encoded paths":     router(mux.NewRouter().UseEncodedPath()),
		"paths as they are": router(mux.NewRouter().SkipClean(true)),
		"a guard for a router": func(a rawtargets.API) http.Handler {
			r := mux.NewRouter()
			sub := r.PathPrefix("/admin").Subrouter()
			sub.Use(httpauth.Require(a.Auth, a.Need))
			sub.Handle("", a.Admin)
			sub.PathPrefix("/").Handler(a.Admin)
			r.PathPrefix("/public").Handler(a.Public)
			return r
		},
	})
}
