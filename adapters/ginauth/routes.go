package ginauth

import (
	"reflect"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/middleware"
)

// A guard is a handler that can tell Routes about itself.
type guard struct {
	route middleware.Route
	serve gin.HandlerFunc
}

// handle is a gin.HandlerFunc. Gin never handles without a request; Routes does,
// in order to be told what the guard demands.
func (g *guard) handle(c *gin.Context) {
	if c.Request == nil {
		c.Set(told, g.route)
		return
	}
	g.serve(c)
}

// told is where in a context a guard tells what it demands.
const told = "github.com/bearerguard/bearerguard/adapters/ginauth"

// A status is the handler that AuthorizationStatus returns.
type status struct{ serve gin.HandlerFunc }

func (s *status) handle(c *gin.Context) { s.serve(c) }

// Functions cannot be compared, but all guards share their code.
var (
	guardCode  = code((&guard{}).handle)
	statusCode = code((&status{}).handle)
)

func code(h gin.HandlerFunc) uintptr { return reflect.ValueOf(h).Pointer() }

// Public marks a route or a group as open to everybody, for Routes. It guards
// nothing.
func Public() gin.HandlerFunc {
	g := &guard{middleware.Route{Public: true}, (*gin.Context).Next}
	return g.handle
}

// Routes lists all routes that r has and who may call them, once registering is
// over. Gin's own answers, redirections and the statuses 404 and 405, are no
// routes; what NoRoute and NoMethod were given is listed under these names.
//
// Gin tells nobody which handlers stand before the last one of a route. Routes
// reads them from Gin's own tables and calls none but guards of this package.
// Should a later Gin keep them elsewhere, every route counts as undecided.
func Routes(r *gin.Engine) middleware.Routes {
	var all middleware.Routes
	chains := map[string]gin.HandlersChain{}
	trees := member(reflect.ValueOf(r), "trees")
	for _, tree := range elements(trees) {
		collect(chains, member(tree, "method").String()+" ", member(tree, "root"))
	}
	for _, info := range r.Routes() {
		all = append(all, described(info.Method, info.Path, chains[info.Method+" "+info.Path]))
	}
	if own := chain(member(reflect.ValueOf(r), "noRoute")); own != nil {
		all = append(all, described("", "NoRoute", slices.Concat(r.Handlers, own)))
	}
	if own := chain(member(reflect.ValueOf(r), "noMethod")); own != nil {
		all = append(all, described("", "NoMethod", slices.Concat(r.Handlers, own)))
	}
	return all
}

// described returns the route with what the guards among its handlers say. A
// guard in the last place guards nothing, and AuthorizationStatus in another
// place does not keep the rest from running.
func described(method, pattern string, handlers gin.HandlersChain) middleware.Route {
	route := middleware.Route{Method: method, Pattern: pattern}
	for i, h := range handlers {
		last := i == len(handlers)-1
		switch {
		case last && code(h) == statusCode:
			route.Guarded = true
		case !last && code(h) == guardCode:
			var c gin.Context
			h(&c)
			value, _ := c.Get(told)
			said, _ := value.(middleware.Route)
			route.Guarded = route.Guarded || said.Guarded
			route.Optional = route.Optional || said.Optional
			route.Public = route.Public || said.Public
			route.Need = slices.Concat(route.Need, said.Need)
		}
	}
	return route
}

// collect adds the handlers of node and of those below it to chains. A path is
// in pieces along the way.
func collect(chains map[string]gin.HandlersChain, path string, node reflect.Value) {
	path += member(node, "path").String()
	if handlers := chain(member(node, "handlers")); handlers != nil {
		chains[path] = handlers
	}
	for _, child := range elements(member(node, "children")) {
		collect(chains, path, child)
	}
}

// member returns a member of the struct that v is or points to, exported or
// not, or the zero Value if there is none.
func member(v reflect.Value, name string) reflect.Value {
	v = reflect.Indirect(v)
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return reflect.Value{}
	}
	f := v.FieldByName(name)
	if !f.IsValid() {
		return f
	}
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

// elements returns the elements of a slice, none of anything else.
func elements(v reflect.Value) (all []reflect.Value) {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			all = append(all, v.Index(i))
		}
	}
	return all
}

// chain returns v if it is a chain of handlers, else nil.
func chain(v reflect.Value) gin.HandlersChain {
	if !v.IsValid() {
		return nil
	}
	handlers, _ := v.Interface().(gin.HandlersChain)
	return handlers
}
