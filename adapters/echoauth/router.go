package echoauth

import (
	"cmp"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Router registers routes with an Echo and records who may call them. Register
// all routes before Echo serves.
//
//	api := &echoauth.Router{Echo: e}
//	api.Public().GET("/healthz", health)
//	api.Require(auth, scopes.Scope("deals-read")).GET("/v1/deals", deals)
//	if err := api.Routes().Check(); err != nil {
//		log.Fatal(err)
//	}
//
// Its methods are those of Echo. Middlewares that are passed to them stand
// behind the guards of the Router. The Router lists no guard among them, and
// none in Echo's Use: for Echo a middleware is a function, and functions cannot
// be told apart. For the same reason a route that was registered with Echo
// directly counts as undecided, with or without a guard.
//
// Files are served by a handler of Echo's:
//
//	api.Public().GET("/assets*", echo.StaticDirectoryHandler(os.DirFS("assets"), false))
type Router struct {
	// Echo is what the routes are registered with. It must be set.
	Echo *echo.Echo

	root   *Router          // nil: this Router
	group  registrar        // nil: Echo
	access middleware.Route // who may call; Method and Pattern are empty
	guards []echo.MiddlewareFunc
	routes map[*echo.Route]record // of the root
}

// A registrar is an Echo or one of its groups.
type registrar interface {
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
	Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
	Match(methods []string, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route
	Group(prefix string, m ...echo.MiddlewareFunc) *echo.Group
}

// A record is what is known of a route. Echo makes one *echo.Route for each
// registration and lists the same pointers, so a registration that replaces a
// route replaces its record too.
type record struct {
	access   middleware.Route
	unlisted bool // Echo's own handler for the paths of a group without a route
}

// Require returns r with a guard in front of every route that is registered
// through the result. See the function [Require].
func (r *Router) Require(a *middleware.Authenticator, need ...scopes.Requirement) *Router {
	next := r.with(Require(a, need...))
	next.access.Guarded, next.access.Need = true, slices.Concat(r.access.Need, need)
	return next
}

// Optional returns r with a guard in front of every route that is registered
// through the result. See the function [Optional].
func (r *Router) Optional(a *middleware.Authenticator) *Router {
	next := r.with(Optional(a))
	next.access.Optional = true
	return next
}

// Public returns r for routes that everyone may call. It guards nothing; it
// tells Routes that the missing guard is intended. Behind a guard it has no
// effect.
func (r *Router) Public() *Router {
	next := r.with()
	next.access.Public = true
	return next
}

// Group returns r for the routes below prefix. As with Echo's own groups, the
// guards of r and the middlewares also stand in front of the paths below prefix
// that have no route.
func (r *Router) Group(prefix string, m ...echo.MiddlewareFunc) *Router {
	return r.grouped(func() *echo.Group { return r.registrar().Group(prefix, slices.Concat(r.guards, m)...) })
}

// Host returns r for the routes of a host, as Echo.Host does. It panics if r is
// a group: a host does not inherit what stands in front of a group.
func (r *Router) Host(name string, m ...echo.MiddlewareFunc) *Router {
	if r.group != nil {
		panic("echoauth: call Host before Group")
	}
	return r.grouped(func() *echo.Group { return r.Echo.Host(name, slices.Concat(r.guards, m)...) })
}

// GET registers a route for the method GET.
func (r *Router) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("GET", path, h, m...)
}

// HEAD registers a route for the method HEAD.
func (r *Router) HEAD(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("HEAD", path, h, m...)
}

// POST registers a route for the method POST.
func (r *Router) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("POST", path, h, m...)
}

// PUT registers a route for the method PUT.
func (r *Router) PUT(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("PUT", path, h, m...)
}

// PATCH registers a route for the method PATCH.
func (r *Router) PATCH(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("PATCH", path, h, m...)
}

// DELETE registers a route for the method DELETE.
func (r *Router) DELETE(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("DELETE", path, h, m...)
}

// OPTIONS registers a route for the method OPTIONS.
func (r *Router) OPTIONS(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add("OPTIONS", path, h, m...)
}

// RouteNotFound registers the handler for paths that have no route.
func (r *Router) RouteNotFound(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.Add(echo.RouteNotFound, path, h, m...)
}

// Add registers a route for the method.
func (r *Router) Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.record(r.registrar().Add(method, path, h, slices.Concat(r.guards, m)...))[0]
}

// Any registers a route for every method that Echo knows.
func (r *Router) Any(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route {
	return r.record(r.registrar().Any(path, h, slices.Concat(r.guards, m)...)...)
}

// Match registers a route for each of the methods.
func (r *Router) Match(methods []string, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) []*echo.Route {
	return r.record(r.registrar().Match(methods, path, h, slices.Concat(r.guards, m)...)...)
}

// Routes lists all routes that Echo lists. Echo's own responses, the statuses
// 404 and 405 and the one to OPTIONS, are no routes: they reach no handler. A
// handler for RouteNotFound is a route. The pattern of a host's route begins
// with the host.
func (r *Router) Routes() middleware.Routes {
	var all middleware.Routes
	for route, host := range r.listed() {
		known := r.top().routes[route]
		if known.unlisted {
			continue
		}
		listed := known.access
		listed.Method, listed.Pattern = route.Method, host+route.Path
		listed.Need = slices.Clone(listed.Need)
		all = append(all, listed)
	}
	slices.SortFunc(all, func(a, b middleware.Route) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return all
}

// listed returns the routes that Echo lists, with their hosts.
func (r *Router) listed() map[*echo.Route]string {
	all := map[*echo.Route]string{}
	for _, route := range r.Echo.Router().Routes() {
		all[route] = ""
	}
	for host, router := range r.Echo.Routers() {
		for _, route := range router.Routes() {
			all[route] = host
		}
	}
	return all
}

func (r *Router) top() *Router {
	if r.root == nil {
		return r
	}
	return r.root
}

func (r *Router) registrar() registrar {
	if r.group == nil {
		return r.Echo
	}
	return r.group
}

// with returns r with more guards.
func (r *Router) with(guards ...echo.MiddlewareFunc) *Router {
	return &Router{
		Echo: r.Echo, root: r.top(), group: r.group,
		access: r.access, guards: slices.Concat(r.guards, guards),
	}
}

// grouped returns r for the routes of a group, whose middlewares the guards of
// r are. Making a group adds routes for the paths without one.
func (r *Router) grouped(group func() *echo.Group) *Router {
	before := r.listed()
	next := &Router{Echo: r.Echo, root: r.top(), group: group(), access: r.access}
	for route := range r.listed() {
		if _, found := before[route]; !found {
			next.keep(route, record{unlisted: true})
		}
	}
	return next
}

func (r *Router) record(routes ...*echo.Route) []*echo.Route {
	for _, route := range routes {
		r.keep(route, record{access: r.access})
	}
	return routes
}

func (r *Router) keep(route *echo.Route, known record) {
	top := r.top()
	if top.routes == nil {
		top.routes = map[*echo.Route]record{}
	}
	top.routes[route] = known
}
