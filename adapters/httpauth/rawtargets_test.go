package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/internal/rawtargets"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestRawTargets sends every spelling of a guarded path without a token. What
// decides is the route that matched.
func TestRawTargets(t *testing.T) {
	auth, token := guardOf(t)
	ran := ""
	note := func(name string) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = name })
	}
	guard := httpauth.Require(auth, scopes.Scope("admin"))
	routers := map[string]func(mux *httpauth.Mux){
		"every method": func(mux *httpauth.Mux) {
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/admin/", guard(note("admin")))
			mux.Handle("/public", httpauth.Public(note("public")))
			mux.Handle("/public/", httpauth.Public(note("public")))
		},
		"by method": func(mux *httpauth.Mux) {
			mux.Handle("GET /admin", guard(note("admin")))
			mux.Handle("GET /admin/{rest...}", guard(note("admin")))
			mux.Handle("OPTIONS /", httpauth.Public(note("public")))
			mux.Handle("GET /public/", httpauth.Public(note("public")))
		},
		"by host": func(mux *httpauth.Mux) {
			mux.Handle("api.example.com/admin", guard(note("admin")))
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/admin/", guard(note("admin")))
			mux.Handle("public.example.com/", httpauth.Public(note("public")))
		},
		"a catch-all": func(mux *httpauth.Mux) {
			mux.Handle("/{name}", guard(note("admin")))
			mux.Handle("/", guard(note("admin")))
			mux.Handle("/public/", httpauth.Public(note("public")))
		},
		"behind StripPrefix": func(mux *httpauth.Mux) {
			var inner httpauth.Mux
			inner.Handle("/", guard(note("admin")))
			mux.Handle("/admin/", http.StripPrefix("/admin", &inner))
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/public/", httpauth.Public(http.StripPrefix("/public", note("public"))))
		},
	}
	for name, register := range routers {
		t.Run(name, func(t *testing.T) {
			t.Attr("requirement", "ATK-H05")
			t.Attr("requirement", "ATK-H14")
			var mux httpauth.Mux
			register(&mux)
			rawtargets.Try(t, &mux, token, &ran)
		})
	}
}
