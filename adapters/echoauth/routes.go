package echoauth

import (
	"reflect"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/middleware"
)

// A guard is a middleware that can tell a Recorder about itself.
type guard struct {
	route      middleware.Route
	middleware echo.MiddlewareFunc
}

// wrap is an echo.MiddlewareFunc. Echo never wraps a nil handler; a Recorder
// does, and the result of that tells what the guard demands.
func (g *guard) wrap(next echo.HandlerFunc) echo.HandlerFunc {
	if next == nil {
		return func(echo.Context) error { return told(g.route) }
	}
	return g.middleware(next)
}

// told carries what a guard tells.
type told middleware.Route

func (told) Error() string { return "echoauth: a guard without a handler" }

// A status is the handler that AuthorizationStatus returns.
type status struct{ serve echo.HandlerFunc }

func (s *status) handle(c echo.Context) error { return s.serve(c) }

// Functions cannot be compared, but all guards share their code.
var (
	guardCode  = code((&guard{}).wrap)
	statusCode = code((&status{}).handle)
)

func code(function any) uintptr { return reflect.ValueOf(function).Pointer() }

// Public marks a route or a group as open to everybody, for Recorder.Routes. It
// guards nothing.
func Public() echo.MiddlewareFunc {
	g := &guard{middleware.Route{Public: true}, func(next echo.HandlerFunc) echo.HandlerFunc { return next }}
	return g.wrap
}

// A Recorder remembers the routes of an Echo and who may call them.
type Recorder struct {
	echo   *echo.Echo
	global []echo.MiddlewareFunc
	routes map[key]recorded
}

type recorded struct {
	middleware.Route
	notFound bool // Echo's own handler for paths that have none
}

// A key is what Echo keeps one handler for.
type key struct{ host, method, path string }

// Record makes e remember its routes. It has to be called before the first one
// is registered: a route that it has not seen counts as undecided.
func Record(e *echo.Echo) *Recorder {
	rec := &Recorder{echo: e, routes: map[key]recorded{}}
	before := e.OnAddRouteHandler
	e.OnAddRouteHandler = func(host string, route echo.Route, handler echo.HandlerFunc, all []echo.MiddlewareFunc) {
		if before != nil {
			before(host, route, handler, all)
		}
		rec.add(key{host, route.Method, route.Path}, handler, all)
	}
	return rec
}

// Use is e.Use for guards of the whole API, which Echo tells nobody about. A
// guard that e.Use was given is one that the Recorder has not seen.
func (rec *Recorder) Use(all ...echo.MiddlewareFunc) {
	rec.echo.Use(all...)
	rec.global = append(rec.global, all...)
}

func (rec *Recorder) add(k key, handler echo.HandlerFunc, all []echo.MiddlewareFunc) {
	route := middleware.Route{Guarded: code(handler) == statusCode}
	for _, m := range all {
		behind(&route, m)
	}
	rec.routes[k] = recorded{route, code(handler) == code(echo.NotFoundHandler)}
}

// behind adds to route what m says, if it is a guard. No other function is
// called: none of the API's own code runs.
func behind(route *middleware.Route, m echo.MiddlewareFunc) {
	if code(m) != guardCode {
		return
	}
	said, _ := m(nil)(nil).(told)
	route.Guarded = route.Guarded || said.Guarded
	route.Optional = route.Optional || said.Optional
	route.Public = route.Public || said.Public
	route.Need = slices.Concat(route.Need, said.Need)
}

// Routes lists all routes that Echo has, once registering is over. Echo's own
// answers, the statuses 404 and 405 and the one to OPTIONS, are no routes and
// reach no handler; a handler that RouteNotFound was given is a route. The
// pattern of a host's route begins with the host.
func (rec *Recorder) Routes() middleware.Routes {
	var all middleware.Routes
	list := func(host string, router *echo.Router) {
		for _, r := range router.Routes() {
			known := rec.routes[key{host, r.Method, r.Path}]
			if known.notFound {
				continue
			}
			route := known.Route
			route.Method, route.Pattern = r.Method, host+r.Path
			for _, m := range rec.global {
				behind(&route, m)
			}
			all = append(all, route)
		}
	}
	list("", rec.echo.Router())
	for host, router := range rec.echo.Routers() {
		list(host, router)
	}
	return all
}
