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

var defects = []defect{
	{name: "no defect"},
	{name: "goes on after a refusal", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		a.WriteRefusal(x.w, x.r, x.err)
		x.next.ServeHTTP(x.w, x.r)
	}},
	{name: "refuses in its own words", caught: "Refusals",
		refuse: func(_ *middleware.Authenticator, x exchange) {
			http.Error(x.w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		}},
	{name: "refuses everything with 401", caught: "Require",
		refuse: func(a *middleware.Authenticator, x exchange) {
			a.Refuse(x.w.Header(), x.err)
			http.Error(x.w, "{}", http.StatusUnauthorized)
		}},
	{name: "forgets the body", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		status, _ := a.Refuse(x.w.Header(), x.err)
		x.w.WriteHeader(status)
	}},
	{name: "writes the error", caught: "Refusals", refuse: func(a *middleware.Authenticator, x exchange) {
		status, _ := a.Refuse(x.w.Header(), x.err)
		http.Error(x.w, x.err.Error(), status)
	}},
	{name: "keeps only the challenge", caught: "Refusals",
		refuse: func(a *middleware.Authenticator, x exchange) {
			a.WriteRefusal(filtered{x.w, http.Header{}, []string{"Www-Authenticate", "Content-Type"}}, x.r, x.err)
		}},
	{name: "replaces the challenges of others", caught: "Challenges",
		refuse: func(a *middleware.Authenticator, x exchange) {
			x.w.Header().Del("WWW-Authenticate")
			a.WriteRefusal(x.w, x.r, x.err)
		}},
	{name: "repeats its challenge", caught: "Challenges", refuse: func(a *middleware.Authenticator, x exchange) {
		h := http.Header{}
		status, _ := a.Refuse(h, x.err)
		x.w.Header().Add("WWW-Authenticate", h.Get("WWW-Authenticate"))
		x.w.WriteHeader(status)
	}},
	{name: "lets bad tokens through where they are optional", caught: "Optional",
		refuse: func(a *middleware.Authenticator, x exchange) {
			if errors.Is(x.err, middleware.ErrExpired) {
				x.next.ServeHTTP(x.w, x.r)
				return
			}
			a.WriteRefusal(x.w, x.r, x.err)
		}},
	{name: "requires what is optional", caught: "Optional",
		edit: func(g *adaptertest.Guard) { g.Optional = false }},
	{name: "forgets the requirements", caught: "Refusals", edit: func(g *adaptertest.Guard) { g.Need = nil }},
	{name: "passes one requirement only", caught: "Require",
		edit: func(g *adaptertest.Guard) { g.Need = g.Need[:min(1, len(g.Need))] }},
	{name: "loses the token", caught: "Require",
		admit: func(checked, _ *http.Request) *http.Request { return checked }},
	{name: "passes the token on without the admission", caught: "Nesting",
		admit: func(checked, admitted *http.Request) *http.Request {
			t, _ := claims.FromContext(admitted.Context())
			return checked.WithContext(claims.NewContext(checked.Context(), t))
		}},
	{name: "hides from caches that a token matters", caught: "Vary", uniform: true},
	{name: "forgets the fields of the admission", caught: "Proofs", silent: true},
	{name: "hides the certificate", caught: "Certificates", before: func(r *http.Request) { r.TLS = nil }},
	{name: "reverses the guards", caught: "Nesting", reversed: true},
	{name: "drops the cancellation", caught: "Request", admit: func(_, admitted *http.Request) *http.Request {
		return admitted.WithContext(context.WithoutCancel(admitted.Context()))
	}},
	{name: "removes the credential", caught: "Request", admit: func(_, admitted *http.Request) *http.Request {
		admitted.Header.Del("Authorization")
		return admitted
	}},
	{name: "changes the method before the check", caught: "Hearing",
		before: func(r *http.Request) { r.Method = http.MethodPost }},
	{name: "drops the context of outer middlewares", caught: "Hearing",
		serve: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(context.Background()))
			})
		}},
	{name: "parses the form", caught: "Request", before: func(r *http.Request) { _ = r.ParseForm() }},
	{name: "reads the body first", caught: "Wire",
		before: func(r *http.Request) { _, _ = r.Body.Read(make([]byte, 1)) }},
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
	{name: "lets OPTIONS through", caught: "Refusals",
		exempt: func(r *http.Request) bool { return r.Method == http.MethodOptions }},
	{name: "lets HTTP/2 through", caught: "HTTP2",
		exempt: func(r *http.Request) bool { return r.ProtoMajor == 2 }},
	{name: "hides the connection", caught: "Wire",
		writer: func(w http.ResponseWriter) http.ResponseWriter { return struct{ http.ResponseWriter }{w} }},
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
	{name: "gives everyone the status", caught: "AuthorizationStatus",
		status: func(*middleware.Authenticator) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"client_id":""}`) }
		}},
	{name: "lets caches store the status", caught: "AuthorizationStatus",
		status: func(a *middleware.Authenticator) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				a.AuthorizationStatusHandler().ServeHTTP(filtered{w, http.Header{},
					[]string{"Www-Authenticate", "Content-Type", "Content-Length", "Allow"}}, r)
			}
		}},
	{name: "gives the status for every method", caught: "AuthorizationStatus",
		status: func(a *middleware.Authenticator) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				r.Method = http.MethodGet
				a.AuthorizationStatusHandler().ServeHTTP(w, r)
			}
		}},
	{name: "believes a header field about the target", caught: "RawTargets", exempt: func(r *http.Request) bool {
		return r.Header.Get("X-Original-URL") == "/public"
	}},
	{name: "lets preflight requests through", caught: "Preflight", exempt: func(r *http.Request) bool {
		return r.Header.Get("Origin") != ""
	}},
	{name: "decodes slashes", caught: "Metadata", serve: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.RawPath = ""
			next.ServeHTTP(w, r)
		})
	}},
	{name: "lists a forgotten route as guarded", caught: "Routes",
		list: func(route adaptertest.Route, listed *middleware.Route) {
			listed.Guarded = listed.Guarded || route.Forgotten
		}},
	{name: "lists a forgotten route as public", caught: "Routes",
		list: func(route adaptertest.Route, listed *middleware.Route) {
			listed.Public = listed.Public || route.Forgotten
		}},
	{name: "lists only the outermost guard's requirements", caught: "Routes",
		list: func(route adaptertest.Route, listed *middleware.Route) {
			if len(route.Guards) > 0 {
				listed.Need = route.Guards[0].Need
			}
		}},
	{name: "lists a public mark instead of the guard", caught: "Routes",
		list: func(_ adaptertest.Route, listed *middleware.Route) {
			if listed.Public {
				listed.Guarded, listed.Need = false, nil
			}
		}},
	{name: "lists an optional token as a guard", caught: "Routes",
		list: func(_ adaptertest.Route, listed *middleware.Route) {
			listed.Guarded = listed.Guarded || listed.Optional
		}},
	{name: "lists the status as undecided", caught: "Routes",
		list: func(route adaptertest.Route, listed *middleware.Route) {
			listed.Guarded = listed.Guarded && route.Status == nil
		}},
	{name: "does not guard what it lists", caught: "Routes", exempt: func(*http.Request) bool { return true }},
	{name: "runs handlers for its list", caught: "Routes", runs: true},
	{name: "keeps the caller's requirements", caught: "Registration", keeps: true},
}

// TestDefects shows that the suite fails for every defect, and passes for the
// correct adapter. A suite that fails also fails the test that runs it, so each
// runs in a new process.
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
