package httpauth

import (
	"net/http"
	"slices"

	"github.com/bearerguard/bearerguard/middleware"
)

// A marked handler is a guard or a mark in front of a handler. Its type is how
// a Mux and a Recorder recognize it.
type marked struct {
	route middleware.Route // who may call; Method and Pattern are empty
	next  http.Handler     // nil if serve is the last handler
	serve http.HandlerFunc
}

// ServeHTTP implements http.Handler.
func (m *marked) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.serve(w, r) }

// public marks a handler as open to everyone.
func public(h http.Handler) http.Handler {
	return &marked{middleware.Route{Public: true}, h, h.ServeHTTP}
}

// list returns the route with what the guards and marks around h say. If h ends
// in a handler that lists routes of its own, as a Mux does, those are returned.
func list(route middleware.Route, h http.Handler) middleware.Routes {
	switch h := h.(type) {
	case *marked:
		return list(add(route, h.route), h.next)
	case interface{ Routes() middleware.Routes }:
		all := slices.Clone(h.Routes())
		for i, inner := range all {
			all[i] = add(route, inner)
			all[i].Method, all[i].Pattern = inner.Method, inner.Pattern
		}
		return all
	}
	return middleware.Routes{route}
}

// add returns route with what a guard further in says.
func add(route, inner middleware.Route) middleware.Route {
	route.Guarded = route.Guarded || inner.Guarded
	route.Optional = route.Optional || inner.Optional
	route.Public = route.Public || inner.Public
	route.Need = slices.Concat(route.Need, inner.Need)
	return route
}
