package adaptertest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// A defect is a mistake that somebody who writes an adapter could make: each
// function takes the place of a step of the sound adapter.
type defect struct {
	name   string
	caught string // the part of the suite that has to notice

	edit     func(*adaptertest.Guard)                            // what the guard is asked for
	exempt   func(*http.Request) bool                            // requests that it lets through
	before   func(*http.Request)                                 // what it does first
	refuse   func(a *middleware.Authenticator, x exchange)       // how it refuses
	admit    func(checked, admitted *http.Request) *http.Request // what the handler gets
	writer   func(http.ResponseWriter) http.ResponseWriter       // and writes to
	token    func(*http.Request) *claims.Token                   // Token
	status   func(*middleware.Authenticator) http.HandlerFunc    // AuthorizationStatus
	reversed bool                                                // the last guard stands outermost
	recovers bool                                                // a panic lets through
}

// An exchange is a refused request.
type exchange struct {
	w    http.ResponseWriter
	r    *http.Request
	err  error
	next http.Handler
}

var defects = []defect{
	{name: "none"},
	{name: "goes on after a refusal", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		a.WriteRefusal(x.w, x.r, x.err)
		x.next.ServeHTTP(x.w, x.r)
	}},
	{name: "refuses in its own words", caught: "Refusals", refuse: func(_ *middleware.Authenticator, x exchange) {
		http.Error(x.w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
	}},
	{name: "refuses everything with 401", caught: "Require", refuse: func(a *middleware.Authenticator, x exchange) {
		a.Refuse(x.w.Header(), x.err)
		http.Error(x.w, "{}", http.StatusUnauthorized)
	}},
	{name: "forgets the body", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		status, _ := a.Refuse(x.w.Header(), x.err)
		x.w.WriteHeader(status)
	}},
	{name: "tells the error", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		status, _ := a.Refuse(x.w.Header(), x.err)
		http.Error(x.w, x.err.Error(), status)
	}},
	{name: "keeps nothing but the challenge", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		a.WriteRefusal(filtered{x.w, http.Header{}, []string{"Www-Authenticate", "Content-Type"}}, x.r, x.err)
	}},
	{name: "replaces the challenges of others", caught: "Challenges", refuse: func(a *middleware.Authenticator, x exchange) {
		x.w.Header().Del("WWW-Authenticate")
		a.WriteRefusal(x.w, x.r, x.err)
	}},
	{name: "repeats its challenge", caught: "Challenges", refuse: func(a *middleware.Authenticator, x exchange) {
		h := http.Header{}
		status, _ := a.Refuse(h, x.err)
		x.w.Header().Add("WWW-Authenticate", h.Get("WWW-Authenticate"))
		x.w.WriteHeader(status)
	}},
	{name: "lets bad tokens through where they are optional", caught: "Optional", refuse: func(a *middleware.Authenticator, x exchange) {
		if errors.Is(x.err, middleware.ErrExpired) {
			x.next.ServeHTTP(x.w, x.r)
			return
		}
		a.WriteRefusal(x.w, x.r, x.err)
	}},
	{name: "requires what is optional", caught: "Optional", edit: func(g *adaptertest.Guard) { g.Optional = false }},
	{name: "forgets the requirements", caught: "Refusals", edit: func(g *adaptertest.Guard) { g.Need = nil }},
	{name: "knows one requirement only", caught: "Require", edit: func(g *adaptertest.Guard) { g.Need = g.Need[:min(1, len(g.Need))] }},
	{name: "loses the token", caught: "Require", admit: func(checked, _ *http.Request) *http.Request { return checked }},
	{name: "hands on the token without the admission", caught: "Nesting", admit: func(checked, admitted *http.Request) *http.Request {
		t, _ := claims.FromContext(admitted.Context())
		return checked.WithContext(claims.NewContext(checked.Context(), t))
	}},
	{name: "stands in another order", caught: "Nesting", reversed: true},
	{name: "drops the end of the request", caught: "Request", admit: func(_, admitted *http.Request) *http.Request {
		return admitted.WithContext(context.WithoutCancel(admitted.Context()))
	}},
	{name: "takes the credential away", caught: "Request", admit: func(_, admitted *http.Request) *http.Request {
		admitted.Header.Del("Authorization")
		return admitted
	}},
	{name: "parses the form", caught: "Request", before: func(r *http.Request) { _ = r.ParseForm() }},
	{name: "reads the body first", caught: "Wire", before: func(r *http.Request) { _, _ = r.Body.Read(make([]byte, 1)) }},
	{name: "takes the first of two fields", caught: "Wire", before: func(r *http.Request) {
		if field := r.Header.Get("Authorization"); field != "" {
			r.Header.Set("Authorization", field)
		}
	}},
	{name: "reads the query", caught: "Refusals", before: func(r *http.Request) {
		if t := r.URL.Query().Get("access_token"); t != "" {
			r.Header.Set("Authorization", "Bearer "+t)
		}
	}},
	{name: "reads a WebSocket's protocol", caught: "Wire", before: func(r *http.Request) {
		if _, t, found := strings.Cut(r.Header.Get("Sec-WebSocket-Protocol"), "bearer, "); found {
			r.Header.Set("Authorization", "Bearer "+t)
		}
	}},
	{name: "lets OPTIONS through", caught: "Refusals", exempt: func(r *http.Request) bool { return r.Method == http.MethodOptions }},
	{name: "lets HTTP/2 through", caught: "HTTP2", exempt: func(r *http.Request) bool { return r.ProtoMajor == 2 }},
	{name: "hides the connection", caught: "Wire", writer: func(w http.ResponseWriter) http.ResponseWriter { return struct{ http.ResponseWriter }{w} }},
	{name: "lets through after a panic", caught: "Panics", recovers: true},
	{name: "keeps one token for all", caught: "Parallel", token: func() func(*http.Request) *claims.Token {
		var last atomic.Pointer[claims.Token]
		return func(r *http.Request) *claims.Token {
			if t, ok := claims.FromContext(r.Context()); ok {
				last.Store(t)
			}
			return last.Load()
		}
	}()},
	{name: "tells everybody the status", caught: "AuthorizationStatus", status: func(*middleware.Authenticator) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"client_id":""}`) }
	}},
	{name: "lets the status be stored", caught: "AuthorizationStatus", status: func(a *middleware.Authenticator) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			a.AuthorizationStatusHandler().ServeHTTP(filtered{w, http.Header{}, []string{"Www-Authenticate", "Content-Type", "Content-Length", "Allow"}}, r)
		}
	}},
	{name: "tells the status by every method", caught: "AuthorizationStatus", status: func(a *middleware.Authenticator) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			r.Method = http.MethodGet
			a.AuthorizationStatusHandler().ServeHTTP(w, r)
		}
	}},
}

// filtered passes on only some fields of an answer.
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

// guard is the guard of an adapter for net/http with the defect.
func (d *defect) guard(g adaptertest.Guard, next http.Handler) http.Handler {
	if d.edit != nil {
		d.edit(&g)
	}
	g.Auth.Declare(g.Need...)
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
		check := func(r *http.Request) (*http.Request, error) { return g.Auth.Check(r, g.Need...) }
		if g.Optional {
			check = g.Auth.CheckOptional
		}
		admitted, err := check(r)
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

// build registers routes as an adapter with the defect would.
func (d *defect) build(routes []adaptertest.Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		token := d.token
		if token == nil {
			token = func(r *http.Request) *claims.Token {
				t, _ := claims.FromContext(r.Context())
				return t
			}
		}
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { route.Handler(w, r, token(r)) })
		if route.Status != nil && d.status != nil {
			h = d.status(route.Status)
		} else if route.Status != nil {
			h = route.Status.AuthorizationStatusHandler()
		}
		guards := slices.Clone(route.Guards)
		if !d.reversed {
			slices.Reverse(guards)
		}
		for _, g := range guards {
			h = d.guard(g, h)
		}
		mux.Handle(strings.TrimSpace(route.Method+" "+route.Path), h)
	}
	return mux
}

// TestDefects shows that the suite notices every defect, and none where none is.
// A suite that fails fails its own test, so each runs in a process of its own.
func TestDefects(t *testing.T) {
	const variable = "ADAPTERTEST_DEFECT"
	if name := os.Getenv(variable); name != "" {
		i := slices.IndexFunc(defects, func(d defect) bool { return d.name == name })
		adaptertest.Run(t, defects[i].build)
		return
	}
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			part := "^TestDefects$"
			if d.caught != "" {
				part += "/^" + d.caught + "$"
			}
			run := exec.CommandContext(t.Context(), os.Args[0], "-test.run", part, "-test.timeout", "1m")
			run.Env = append(os.Environ(), variable+"="+d.name)
			out, err := run.CombinedOutput()
			noticed := strings.Contains(string(out), "--- FAIL: TestDefects/"+d.caught)
			if d.caught == "" && err != nil || d.caught != "" && (err == nil || !noticed) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
