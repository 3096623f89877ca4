package adaptertest_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// A defect is a mistake in an adapter. Each function that is set replaces a step of
// the correct adapter.
type defect struct {
	name   string
	caught string // the part of the suite that must fail

	edit     func(*adaptertest.Guard)                            // changes the guard
	exempt   func(*http.Request) bool                            // requests that pass unchecked
	before   func(*http.Request)                                 // runs before the check
	refuse   func(a *middleware.Authenticator, x exchange)       // writes the refusal
	admit    func(checked, admitted *http.Request) *http.Request // returns what the handler gets
	writer   func(http.ResponseWriter) http.ResponseWriter       // and what it writes to
	token    func(*http.Request) *claims.Token                   // Token
	status   func(*middleware.Authenticator) http.HandlerFunc    // AuthorizationStatus
	list     func(adaptertest.Route, *middleware.Route)          // changes how a route is listed
	serve    func(http.Handler) http.Handler                     // changes the router
	reversed bool                                                // the last guard is the outermost
	uniform  bool                                                // no Vary
	silent   bool                                                // no fields of the admission
	recovers bool                                                // the request passes after a panic
	runs     bool                                                // the list runs the handlers
	keeps    bool                                                // the guard keeps the caller's requirements
}

// An exchange is a rejected request.
type exchange struct {
	w    http.ResponseWriter
	r    *http.Request
	err  error
	next http.Handler
}

// filtered passes on only some header fields of a response.
type filtered struct {
	http.ResponseWriter
	header http.Header
	names  []string
}

func (f filtered) Header() http.Header { return f.header }

func (f filtered) WriteHeader(status int) {
	for _, name := range f.names {
		f.ResponseWriter.Header()[name] = f.header[name]
	}
	f.ResponseWriter.WriteHeader(status)
}

// guard is the guard of a net/http adapter with the defect.
func (d *defect) guard(g adaptertest.Guard, next http.Handler) http.Handler {
	if d.edit != nil {
		d.edit(&g)
	}
	g.Auth.Declare(g.Need...)
	if !d.keeps {
		g.Need = slices.Clone(g.Need)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.recovers {
			defer func() {
				if recover() != nil {
					next.ServeHTTP(w, r)
				}
			}()
		}
		if d.exempt != nil && d.exempt(r) {
			next.ServeHTTP(w, r)
			return
		}
		if d.before != nil {
			d.before(r)
		}
		admitted, err := d.check(g, w, r)
		switch {
		case err == nil && d.admit != nil:
			r = d.admit(r, admitted)
		case err == nil:
			r = admitted
		case d.refuse != nil:
			d.refuse(g.Auth, exchange{w, r, err, next})
			return
		default:
			g.Auth.WriteRefusal(w, r, err)
			return
		}
		if d.writer != nil {
			w = d.writer(w)
		}
		next.ServeHTTP(w, r)
	})
}

// check asks the guard's Authenticator about r.
func (d *defect) check(g adaptertest.Guard, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	view := middleware.RequestOf(r)
	if !g.Optional {
		admitted, err := g.Auth.Guard(r.Context(), &view, g.Need...)
		if err != nil {
			return nil, err
		}
		if !d.silent {
			admitted.AddFields(w.Header())
		}
		return r.WithContext(admitted), nil
	}
	if !d.uniform {
		g.Auth.AddVary(w.Header())
	}
	admitted, err := g.Auth.GuardOptional(r.Context(), &view)
	if err != nil {
		return nil, err
	}
	return r.WithContext(admitted), nil
}

// build registers routes as an adapter with the defect would, and lists them.
func (d *defect) build(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
	mux := http.NewServeMux()
	var list middleware.Routes
	for _, route := range routes {
		h := d.handler(route)
		guards := slices.Clone(route.Guards)
		if !d.reversed {
			slices.Reverse(guards)
		}
		for _, g := range guards {
			h = d.guard(g, h)
		}
		if d.runs {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, route.Path, nil))
		}
		mux.Handle(strings.TrimSpace(route.Method+" "+route.Path), h)
		list = append(list, d.listed(route))
	}
	if d.serve != nil {
		return d.serve(mux), list
	}
	return mux, list
}

// handler returns the handler of the route, without its guards.
func (d *defect) handler(route adaptertest.Route) http.Handler {
	if route.Status != nil && d.status != nil {
		return d.status(route.Status)
	}
	if route.Status != nil {
		return route.Status.AuthorizationStatusHandler()
	}
	token := d.token
	if token == nil {
		token = func(r *http.Request) *claims.Token {
			t, _ := claims.FromContext(r.Context())
			return t
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { route.Handler(w, r, token(r)) })
}

// listed returns how the route is listed.
func (d *defect) listed(route adaptertest.Route) middleware.Route {
	listed := middleware.Route{Method: route.Method, Pattern: route.Path, Public: route.Public,
		Guarded: route.Status != nil}
	for _, g := range route.Guards {
		listed.Guarded = listed.Guarded || !g.Optional
		listed.Optional = listed.Optional || g.Optional
		listed.Need = append(listed.Need, g.Need...)
	}
	if d.list != nil {
		d.list(route, &listed)
	}
	return listed
}
