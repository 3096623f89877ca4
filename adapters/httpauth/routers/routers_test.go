package routers_test

import (
	"net/http"
	"slices"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
)

func handlerOf(route adaptertest.Route) http.Handler {
	if route.Status != nil {
		return httpauth.AuthorizationStatus(route.Status)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route.Handler(w, r, httpauth.Token(r))
	})
}

// guardsOf returns the guards and the mark of the route, the outermost first.
func guardsOf(seen *httpauth.Recorder, route adaptertest.Route) (guards []func(http.Handler) http.Handler) {
	for _, g := range route.Guards {
		if g.Optional {
			guards = append(guards, httpauth.Optional(g.Auth))
		} else {
			guards = append(guards, httpauth.Require(g.Auth, g.Need...))
		}
	}
	if route.Public {
		guards = append(guards, seen.Public)
	}
	return guards
}

// wrapped returns h behind the guards.
func wrapped(h http.Handler, guards []func(http.Handler) http.Handler) http.Handler {
	for _, guard := range slices.Backward(guards) {
		h = guard(h)
	}
	return h
}
