package ginauth

import (
	"net/http"
	"path"
	"reflect"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Router registers routes with a Gin engine and records who may call them.
// Register all routes before the engine serves.
//
//	api := &ginauth.Router{Engine: engine}
//	api.Public().GET("/healthz", health)
//	api.Require(auth, scopes.Scope("deals-read")).GET("/v1/deals", deals)
//	if err := api.Routes().Check(); err != nil {
//		log.Fatal(err)
//	}
//
// Its methods are those of Gin. Handlers that are passed to them stand behind
// the guards of the Router. The Router lists no guard among them, and none in
// Gin's Use: for Gin a handler is a function, and functions cannot be told apart.
// For the same reason a route that was registered with Gin directly counts as
// undecided, with or without a guard. So does a route without a handler of its own
// if the last handler of its groups stands in front of the guard.
type Router struct {
	// Engine is what the routes are registered with. It must be set.
	Engine *gin.Engine

	root   *Router           // nil: this Router
	group  *gin.RouterGroup  // nil: the engine
	access middleware.Route  // who may call; Method and Pattern are empty
	chain  gin.HandlersChain // what stands in front of the routes, without Engine.Use
	front  bool              // a handler of Group is in chain
	behind bool              // and one stands behind the last guard

	// Of the root. Gin panics if a method and a path are registered twice, so
	// a record cannot be of another route.
	routes            map[key]middleware.Route
	noRoute, noMethod fallback
}

type key struct{ method, path string }

// A fallback is what NoRoute or NoMethod was given.
type fallback struct {
	handlers gin.HandlersChain
	access   middleware.Route
}

// Require returns r with a guard in front of every route that is registered
// through the result. See the function [Require].
func (r *Router) Require(a *middleware.Authenticator, need ...scopes.Requirement) *Router {
	next := r.guarded(Require(a, need...))
	next.access.Guarded, next.access.Need = true, slices.Concat(r.access.Need, need)
	return next
}

// Optional returns r with a guard in front of every route that is registered
// through the result. See the function [Optional].
func (r *Router) Optional(a *middleware.Authenticator) *Router {
	next := r.guarded(Optional(a))
	next.access.Optional = true
	return next
}

// Public returns r for routes that everyone may call. It guards nothing; it
// tells Routes that the missing guard is intended. Behind a guard it has no
// effect.
func (r *Router) Public() *Router {
	next := r.Group("")
	next.access.Public = true
	return next
}

// Group returns r for the routes below prefix.
func (r *Router) Group(prefix string, handlers ...gin.HandlerFunc) *Router {
	return &Router{
		Engine: r.Engine, root: r.top(), group: r.routerGroup().Group(prefix, handlers...),
		access: r.access, chain: slices.Concat(r.chain, handlers),
		front: r.front || len(handlers) > 0, behind: r.behind || len(handlers) > 0,
	}
}

// guarded returns r with a guard behind what is there.
func (r *Router) guarded(guard gin.HandlerFunc) *Router {
	next := r.Group("", guard)
	next.front, next.behind = r.front, false
	return next
}

// GET registers a route for the method GET.
func (r *Router) GET(path string, handlers ...gin.HandlerFunc) { r.Handle("GET", path, handlers...) }

// HEAD registers a route for the method HEAD.
func (r *Router) HEAD(path string, handlers ...gin.HandlerFunc) { r.Handle("HEAD", path, handlers...) }

// POST registers a route for the method POST.
func (r *Router) POST(path string, handlers ...gin.HandlerFunc) { r.Handle("POST", path, handlers...) }

// PUT registers a route for the method PUT.
func (r *Router) PUT(path string, handlers ...gin.HandlerFunc) { r.Handle("PUT", path, handlers...) }

// PATCH registers a route for the method PATCH.
func (r *Router) PATCH(path string, handlers ...gin.HandlerFunc) {
	r.Handle("PATCH", path, handlers...)
}

// DELETE registers a route for the method DELETE.
func (r *Router) DELETE(path string, handlers ...gin.HandlerFunc) {
	r.Handle("DELETE", path, handlers...)
}

// OPTIONS registers a route for the method OPTIONS.
func (r *Router) OPTIONS(path string, handlers ...gin.HandlerFunc) {
	r.Handle("OPTIONS", path, handlers...)
}

// Any registers a route for each of the methods of net/http.
func (r *Router) Any(path string, handlers ...gin.HandlerFunc) {
	r.Match([]string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodHead,
		http.MethodOptions, http.MethodDelete, http.MethodConnect, http.MethodTrace,
	}, path, handlers...)
}

// Match registers a route for each of the methods.
func (r *Router) Match(methods []string, path string, handlers ...gin.HandlerFunc) {
	for _, method := range methods {
		r.Handle(method, path, handlers...)
	}
}

// Handle registers a route for the method.
func (r *Router) Handle(method, path string, handlers ...gin.HandlerFunc) {
	r.routerGroup().Handle(method, path, handlers...)
	r.record(path, r.who(handlers, r.front || len(r.Engine.Handlers) > 0), method)
}

// Static serves the files of a directory, for GET and HEAD.
func (r *Router) Static(prefix, root string) { r.StaticFS(prefix, gin.Dir(root, false)) }

// StaticFS serves the files of a file system, for GET and HEAD.
func (r *Router) StaticFS(prefix string, files http.FileSystem) {
	r.routerGroup().StaticFS(prefix, files)
	r.record(path.Join(prefix, "/*filepath"), r.access, "GET", "HEAD")
}

// StaticFile serves one file, for GET and HEAD.
func (r *Router) StaticFile(path, file string) {
	r.routerGroup().StaticFile(path, file)
	r.record(path, r.access, "GET", "HEAD")
}

// NoRoute sets the handlers for paths that have no route. Without handlers and
// guards it leaves the response to Gin.
func (r *Router) NoRoute(handlers ...gin.HandlerFunc) {
	all := slices.Concat(r.chain, handlers)
	r.Engine.NoRoute(all...)
	r.top().noRoute = fallback{all, r.who(handlers, r.front)}
}

// NoMethod sets the handlers for paths that have a route for other methods. Gin
// calls them if HandleMethodNotAllowed is set.
func (r *Router) NoMethod(handlers ...gin.HandlerFunc) {
	all := slices.Concat(r.chain, handlers)
	r.Engine.NoMethod(all...)
	r.top().noMethod = fallback{all, r.who(handlers, r.front)}
}

// Routes lists all routes that Gin lists. Gin's own responses, redirects and the
// statuses 404 and 405, are no routes: they reach no handler. The handlers of
// NoRoute and NoMethod are listed under these names.
func (r *Router) Routes() middleware.Routes {
	var all middleware.Routes
	for _, info := range r.Engine.Routes() {
		route := r.top().routes[key{info.Method, info.Path}]
		route.Method, route.Pattern = info.Method, info.Path
		route.Need = slices.Clone(route.Need)
		all = append(all, route)
	}
	all = r.appendFallback(all, "NoRoute", "noRoute", r.top().noRoute)
	return r.appendFallback(all, "NoMethod", "noMethod", r.top().noMethod)
}

// appendFallback adds the handlers of NoRoute or NoMethod, if there are any. Gin
// lists them nowhere. So that handlers which were set without the Router do not
// stay unseen, their number and address are read from a field of the engine;
// reflection allows that without access to the handlers. If a version of Gin has
// no such field, the route counts as undecided.
func (r *Router) appendFallback(all middleware.Routes, name, field string, known fallback) middleware.Routes {
	set := reflect.ValueOf(r.Engine).Elem().FieldByName(field)
	isSlice := set.Kind() == reflect.Slice
	if isSlice && set.Len() == 0 {
		return all
	}
	var route middleware.Route
	if isSlice && set.Pointer() == reflect.ValueOf(known.handlers).Pointer() {
		route = known.access
	}
	route.Pattern, route.Need = name, slices.Clone(route.Need)
	return append(all, route)
}

func (r *Router) top() *Router {
	if r.root == nil {
		return r
	}
	return r.root
}

func (r *Router) routerGroup() *gin.RouterGroup {
	if r.group == nil {
		return &r.Engine.RouterGroup
	}
	return r.group
}

// who returns who may call a route of these handlers. If there are none, the last
// handler in front, if there is one, is the route's: a guard behind it guards nothing.
func (r *Router) who(handlers []gin.HandlerFunc, front bool) middleware.Route {
	if len(handlers) == 0 && front && !r.behind {
		return middleware.Route{Public: r.access.Public && !r.access.Guarded && !r.access.Optional}
	}
	return r.access
}

// record notes who may call the route of each of the methods.
func (r *Router) record(path string, access middleware.Route, methods ...string) {
	top := r.top()
	if top.routes == nil {
		top.routes = map[key]middleware.Route{}
	}
	absolute := r.routerGroup().Group(path).BasePath()
	for _, method := range methods {
		top.routes[key{method, absolute}] = access
	}
}
