package httpauth

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Mux is an [http.ServeMux] that records its routes and who may call them.
// The zero value is ready for use. Register all routes before it serves; then
// it is safe for concurrent use.
//
//	var mux httpauth.Mux
//	mux.Public().HandleFunc("GET /healthz", health)
//	mux.Require(auth, scopes.Scope("deals-read")).HandleFunc("GET /v1/deals", deals)
//	if err := mux.Routes().Check(); err != nil {
//		log.Fatal(err)
//	}
//
// A Mux also recognizes handlers that [Require], [Optional] and
// [AuthorizationStatus] returned, and another Mux, whose routes it lists in
// place of the pattern. It cannot look into handlers of other types: a guard
// inside [http.StripPrefix], for example, works but is not listed.
type Mux struct {
	mux    http.ServeMux
	routes []registered
	// What Require, Optional and Public return registers with root, behind
	// the guards. A nil root is the Mux itself.
	root   *Mux
	guards []func(http.Handler) http.Handler
}

type registered struct {
	pattern string
	handler http.Handler
}

// Require returns m with a guard in front of every route that is registered
// through the result. See the function [Require].
func (m *Mux) Require(a *middleware.Authenticator, need ...scopes.Requirement) *Mux {
	return m.behind(Require(a, need...))
}

// Optional returns m with a guard in front of every route that is registered
// through the result. See the function [Optional].
func (m *Mux) Optional(a *middleware.Authenticator) *Mux { return m.behind(Optional(a)) }

// Public returns m for routes that everyone may call. It guards nothing; it
// tells Routes that the missing guard is intended. Behind a guard it has no
// effect.
func (m *Mux) Public() *Mux { return m.behind(public) }

func (m *Mux) behind(guard func(http.Handler) http.Handler) *Mux {
	return &Mux{root: m.top(), guards: append(slices.Clip(m.guards), guard)}
}

func (m *Mux) top() *Mux {
	if m.root == nil {
		return m
	}
	return m.root
}

// Handle registers the handler for the pattern, as [http.ServeMux.Handle] does.
func (m *Mux) Handle(pattern string, handler http.Handler) {
	for _, guard := range slices.Backward(m.guards) {
		handler = guard(handler)
	}
	top := m.top()
	top.mux.Handle(pattern, handler)
	top.routes = append(top.routes, registered{pattern, handler})
}

// HandleFunc registers the handler function for the pattern.
func (m *Mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(handler))
}

// ServeHTTP passes the request to the handler whose pattern it matches, as
// [http.ServeMux.ServeHTTP] does.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.top().mux.ServeHTTP(w, r) }

// Routes lists all routes of m. The redirects and the statuses 404 and 405 of
// http.ServeMux itself are no routes: they reach no handler.
func (m *Mux) Routes() middleware.Routes {
	var all middleware.Routes
	for _, r := range m.top().routes {
		method, pattern, found := strings.Cut(r.pattern, " ")
		if !found {
			method, pattern = "", r.pattern
		}
		route := middleware.Route{Method: method, Pattern: strings.TrimLeft(pattern, " \t")}
		all = append(all, list(route, r.handler)...)
	}
	return all
}
