package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
)

func TestRawTargets(t *testing.T) {
	router := func(register func(mux, admin *httpauth.Mux, a rawtargets.API)) func(rawtargets.API) http.Handler {
		return func(a rawtargets.API) http.Handler {
			var mux httpauth.Mux
			register(&mux, mux.Require(a.Auth, a.Need), a)
			return &mux
		}
	}
	rawtargets.Run(t, "ATK-H05 ATK-H14", map[string]func(rawtargets.API) http.Handler{
		"every method": router(func(mux, admin *httpauth.Mux, a rawtargets.API) {
			admin.Handle("/admin", a.Admin)
			admin.Handle("/admin/", a.Admin)
			mux.Handle("/public", a.Public)
			mux.Handle("/public/", a.Public)
		}),
		"by method": router(func(mux, admin *httpauth.Mux, a rawtargets.API) {
			admin.Handle("GET /admin", a.Admin)
			admin.Handle("GET /admin/{rest...}", a.Admin)
			mux.Handle("OPTIONS /", a.Public)
			mux.Handle("GET /public/", a.Public)
		}),
		"by host": router(func(mux, admin *httpauth.Mux, a rawtargets.API) {
			admin.Handle("api.example.com/admin", a.Admin)
			admin.Handle("/admin", a.Admin)
			admin.Handle("/admin/", a.Admin)
			mux.Handle("public.example.com/", a.Public)
		}),
		"a catch-all": router(func(mux, admin *httpauth.Mux, a rawtargets.API) {
			admin.Handle("/{name}", a.Admin)
			admin.Handle("/", a.Admin)
			mux.Handle("/public/", a.Public)
		}),
		"behind StripPrefix": router(func(mux, admin *httpauth.Mux, a rawtargets.API) {
			var inner httpauth.Mux
			inner.Require(a.Auth, a.Need).Handle("/", a.Admin)
			mux.Handle("/admin/", http.StripPrefix("/admin", &inner))
			admin.Handle("/admin", a.Admin)
			mux.Handle("/public/", http.StripPrefix("/public", a.Public))
		}),
	})
}
