package httpauth

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// A marked handler tells a Mux who may call it.
type marked struct {
	route middleware.Route
	next  http.Handler // nil if there is none behind it
	serve http.HandlerFunc
}

// ServeHTTP implements http.Handler.
func (m *marked) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.serve(w, r) }

// Public marks h as open to everybody, for Mux.Routes. It guards nothing.
func Public(h http.Handler) http.Handler {
	return &marked{middleware.Route{Public: true}, h, h.ServeHTTP}
}

// A Mux is an [http.ServeMux] that remembers its routes and who may call them.
// Its zero value is ready for use. A route is known by the outermost handler
// only: what [Require], [Optional], [AuthorizationStatus] or [Public] returned,
// or another Mux, whose routes are then listed in its place. A guard that is
// wrapped in a handler of another kind stands where Mux cannot see it.
type Mux struct {
	mux    http.ServeMux
	routes []registered
}

type registered struct {
	pattern string
	handler http.Handler
}

// Handle registers the handler for the pattern, as http.ServeMux does.
func (m *Mux) Handle(pattern string, handler http.Handler) {
	m.mux.Handle(pattern, handler)
	m.routes = append(m.routes, registered{pattern, handler})
}

// HandleFunc registers the handler function for the pattern. Such a route has
// no guard and no mark.
func (m *Mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(handler))
}

// ServeHTTP hands the request to the handler whose pattern it matches, as
// http.ServeMux does: what decides is the matched route.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.mux.ServeHTTP(w, r) }

// Routes lists all routes that were registered, once registering is over.
// Answers that http.ServeMux gives by itself, redirections and the statuses 404
// and 405, are no routes and reach no handler.
func (m *Mux) Routes() middleware.Routes {
	var all middleware.Routes
	for _, r := range m.routes {
		method, pattern, found := strings.Cut(r.pattern, " ")
		if !found {
			method, pattern = "", r.pattern
		}
		route := middleware.Route{Method: method, Pattern: strings.TrimLeft(pattern, " \t")}
		all = append(all, list(route, r.handler)...)
	}
	return all
}

// list adds to route what h and the guards within it say. Behind them may be
// another Mux.
func list(route middleware.Route, h http.Handler) middleware.Routes {
	switch h := h.(type) {
	case *marked:
		return list(behind(h.route, route), h.next)
	case *Mux:
		all := h.Routes()
		for i, inner := range all {
			all[i] = behind(inner, route)
			all[i].Method, all[i].Pattern = inner.Method, inner.Pattern
		}
		return all
	}
	return middleware.Routes{route}
}

// behind returns route with what a guard behind its own says.
func behind(guard, route middleware.Route) middleware.Route {
	route.Guarded = route.Guarded || guard.Guarded
	route.Optional = route.Optional || guard.Optional
	route.Public = route.Public || guard.Public
	route.Need = slices.Concat(route.Need, guard.Need)
	return route
}
