package httpauth

import (
	"net/http"
	"slices"

	"github.com/bearerguard/bearerguard/middleware"
)

// A Recorder lists the routes of a router that can be walked, such as those of
// chi and gorilla/mux. The zero value is ready for use. Nothing changes in how
// routes are registered: the Recorder recognizes the guards of this package in
// what the router holds. With chi:
//
//	var seen httpauth.Recorder
//	if err := chi.Walk(router, seen.Record); err != nil {
//		log.Fatal(err)
//	}
//	if err := seen.Routes().Check(); err != nil {
//		log.Fatal(err)
//	}
//
// With gorilla/mux:
//
//	err := router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
//		pattern, _ := route.GetPathTemplate()
//		methods, _ := route.GetMethods()
//		return seen.Record(strings.Join(methods, ","), pattern, route.GetHandler())
//	})
//
// A guard that the walk does not show counts as missing, so that Check names
// its routes. gorilla/mux does not show what Router.Use was given: with it, put
// the guard around each handler. Handlers for paths without a route are not
// part of a walk, and are not listed.
type Recorder struct{ routes middleware.Routes }

// Public marks a route that everyone may call. It is a middleware that guards
// nothing; it tells Routes that the missing guard is intended. Behind a guard it
// has no effect.
func (rec *Recorder) Public(h http.Handler) http.Handler { return public(h) }

// Record adds a route. The middlewares are those that stand in front of h, the
// outermost first. To recognize the guards among them, Record has each wrap a
// handler, as the router has done; it serves no request. A route with a nil
// handler is left out. The error is always nil. It makes Record a chi.WalkFunc.
func (rec *Recorder) Record(
	method, pattern string, h http.Handler, middlewares ...func(http.Handler) http.Handler,
) error {
	if h == nil {
		return nil
	}
	route := middleware.Route{Method: method, Pattern: pattern}
	for _, m := range middlewares {
		route = add(route, read(m))
	}
	rec.routes = append(rec.routes, list(route, h)...)
	return nil
}

// Routes lists the routes that were recorded.
func (rec *Recorder) Routes() middleware.Routes {
	all := slices.Clone(rec.routes)
	for i := range all {
		all[i].Need = slices.Clone(all[i].Need)
	}
	return all
}

// read returns what m says if it consists of guards and marks alone. A
// middleware that wraps a guard may decide to pass it by, so it says nothing.
func read(m func(http.Handler) http.Handler) middleware.Route {
	var said middleware.Route
	end := new(marked)
	for h := m(end); ; {
		inner, ok := h.(*marked)
		if !ok {
			return middleware.Route{}
		}
		if inner == end {
			return said
		}
		said = add(said, inner.route)
		h = inner.next
	}
}
