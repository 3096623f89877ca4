package routers_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestChi runs the suite with guards in every place that chi has for middlewares.
func TestChi(t *testing.T) {
	for name, register := range map[string]func(r chi.Router, route adaptertest.Route, guards chi.Middlewares){
		"With": func(r chi.Router, route adaptertest.Route, guards chi.Middlewares) {
			handle(r.With(guards...), route, handlerOf(route))
		},
		"Group": func(r chi.Router, route adaptertest.Route, guards chi.Middlewares) {
			r.Group(func(r chi.Router) {
				r.Use(guards...)
				handle(r, route, handlerOf(route))
			})
		},
		"wrapped handlers": func(r chi.Router, route adaptertest.Route, guards chi.Middlewares) {
			handle(r, route, wrapped(handlerOf(route), guards))
		},
	} {
		t.Run(name, func(t *testing.T) {
			adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
				var seen httpauth.Recorder
				r := chi.NewRouter()
				for _, route := range routes {
					register(r, route, guardsOf(&seen, route))
				}
				if err := chi.Walk(r, seen.Record); err != nil {
					t.Fatal(err)
				}
				return r, seen.Routes()
			})
		})
	}
}

// handle registers a route. A walk of chi lists a route for every method that
// Handle registers.
func handle(r chi.Router, route adaptertest.Route, h http.Handler) {
	if route.Method == "" {
		r.Handle(route.Path, h)
	} else {
		r.Method(route.Method, route.Path, h)
	}
}

func TestChiRoutes(t *testing.T) {
	auth, _ := testauth.New(t)
	none := func(http.ResponseWriter, *http.Request) { t.Error("a handler ran") }
	foreign := func(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 1) }
	admin := httpauth.Require(auth, scopes.Scope("admin"))
	tenant := httpauth.Require(auth, scopes.Role("tenant"))
	for _, c := range []struct {
		name     string
		register func(r chi.Router, seen *httpauth.Recorder)
		want     string
	}{
		{"Use", func(r chi.Router, _ *httpauth.Recorder) {
			r.Use(foreign, admin)
			r.Get("/a", none)
			r.With(tenant).Post("/a", none)
		}, "GET /a: admin\nPOST /a: admin and role:tenant\n"},
		{"nested routers", func(r chi.Router, seen *httpauth.Recorder) {
			r.Route("/v1", func(r chi.Router) {
				r.Use(admin)
				r.Get("/a", none)
				r.Route("/x", func(r chi.Router) {
					r.With(foreign, tenant).Get("/b", none)
				})
			})
			r.With(seen.Public).Get("/healthz", none)
			r.Get("/forgotten", none)
		}, "GET /forgotten: UNDECIDED\nGET /healthz: public\nGET /v1/a: admin\nGET /v1/x/b: admin and role:tenant\n"},
		{"Mount", func(r chi.Router, _ *httpauth.Recorder) {
			sub := chi.NewRouter()
			sub.Use(tenant)
			sub.Get("/a", none)
			r.Mount("/v1", sub)
			r.With(admin).Mount("/v2", sub)
		}, "GET /v1/a: role:tenant\nGET /v2/a: admin and role:tenant\n"},
		{"a guard in front of a middleware that hides it", func(r chi.Router, _ *httpauth.Recorder) {
			r.Use(func(next http.Handler) http.Handler { return foreign(admin(next)) })
			r.Get("/a", none)
		}, "GET /a: UNDECIDED\n"},
		{"a route that another replaced", func(r chi.Router, _ *httpauth.Recorder) {
			r.With(admin).Get("/a", none)
			r.Get("/a", none)
		}, "GET /a: UNDECIDED\n"},
		{"a group without the guard of its neighbour", func(r chi.Router, _ *httpauth.Recorder) {
			r.Group(func(r chi.Router) { r.Use(admin); r.Get("/a", none) })
			r.Group(func(r chi.Router) { r.Get("/b", none) })
		}, "GET /a: admin\nGET /b: UNDECIDED\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen httpauth.Recorder
			r := chi.NewRouter()
			c.register(r, &seen)
			if err := chi.Walk(r, seen.Record); err != nil {
				t.Fatal(err)
			}
			if got := seen.Routes().String(); got != c.want {
				t.Errorf("routes:\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestChiRawTargets(t *testing.T) {
	rawtargets.Run(t, "ATK-H05", map[string]func(rawtargets.API) http.Handler{
		"a guard per route": func(a rawtargets.API) http.Handler {
			r := chi.NewRouter()
			guarded := r.With(httpauth.Require(a.Auth, a.Need))
			guarded.Handle("/admin", a.Admin)
			guarded.Handle("/admin/*", a.Admin)
			r.Handle("/public", a.Public)
			r.Handle("/public/*", a.Public)
			return r
		},
		"a guard for a router": func(a rawtargets.API) http.Handler {
			r := chi.NewRouter()
			r.Route("/admin", func(r chi.Router) {
				r.Use(httpauth.Require(a.Auth, a.Need))
				r.Handle("/", a.Admin)
				r.Handle("/*", a.Admin)
				r.NotFound(a.Admin.ServeHTTP)
				r.MethodNotAllowed(a.Admin.ServeHTTP)
			})
			r.Handle("/public/*", a.Public)
			return r
		},
	})
}
