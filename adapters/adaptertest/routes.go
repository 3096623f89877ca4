package adaptertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// routes tests that the list says of each route who may call it, that this is
// true, and that a route whose guard was forgotten counts as undecided.
func (s *suite) routes(t *testing.T) {
	auth := s.auth(t, nil)
	required := func(need ...scopes.Requirement) guard { return required(auth, need...) }
	optional := optional(auth)
	if _, list := s.list([]Route{{Path: path, Public: true, Handler: nothing}}); list == nil {
		t.Skip("build returns no list of routes")
	}
	for _, c := range []struct {
		name  string
		route Route
		want  middleware.Route // who may call
	}{
		{"a guard", Route{Guards: []guard{required(read)}},
			middleware.Route{Guarded: true, Need: []scopes.Requirement{read}}},
		{"a guard without requirements", Route{Guards: []guard{required()}},
			middleware.Route{Guarded: true}},
		{"a guard with several requirements", Route{Guards: []guard{required(write, read)}},
			middleware.Route{Guarded: true, Need: []scopes.Requirement{write, read}}},
		{"two guards, the outermost first", Route{Guards: []guard{required(write), required(read)}},
			middleware.Route{Guarded: true, Need: []scopes.Requirement{write, read}}},
		{"an optional token", Route{Guards: []guard{optional}},
			middleware.Route{Optional: true}},
		{"an optional token, then a guard", Route{Guards: []guard{optional, required(read)}},
			middleware.Route{Guarded: true, Optional: true, Need: []scopes.Requirement{read}}},
		{"a public route", Route{Public: true},
			middleware.Route{Public: true}},
		{"a mark behind a guard", Route{Guards: []guard{required(read)}, Public: true},
			middleware.Route{Guarded: true, Public: true, Need: []scopes.Requirement{read}}},
		{"the authorization status", Route{Status: auth},
			middleware.Route{Guarded: true}},
		{"the authorization status behind a guard", Route{Guards: []guard{required(read)}, Status: auth},
			middleware.Route{Guarded: true, Need: []scopes.Requirement{read}}},
		{"a forgotten guard", Route{Forgotten: true},
			middleware.Route{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ran := 0
			c.route.Method, c.route.Path = http.MethodGet, path
			if c.route.Status == nil {
				c.route.Handler = func(http.ResponseWriter, *http.Request, *claims.Token) { ran++ }
			}
			api, list := s.list([]Route{c.route})
			if ran > 0 {
				t.Error("the handler runs for the list")
			}
			c.want.Method, c.want.Pattern = http.MethodGet, path
			if got, want := list.String(), (middleware.Routes{c.want}).String(); got != want {
				t.Errorf("list:\n%swant\n%s", got, want)
			}
			var undecided []string
			if c.route.Forgotten {
				undecided = []string{path}
			}
			names(t, list.Check(), undecided...)

			got := do(api, get(""))
			if c.want.Guarded {
				noToken.check(t, got)
			} else if got.status != http.StatusOK || ran != 1 {
				t.Errorf("status %d without a token, and the handler ran %d times", got.status, ran)
			}
		})
	}
	guards := []guard{required(read)}
	t.Run("one forgotten guard among others", func(t *testing.T) {
		_, list := s.list([]Route{
			{Method: http.MethodGet, Path: "/v1/deals", Guards: guards, Handler: nothing},
			{Method: http.MethodDelete, Path: "/v1/deals", Forgotten: true, Handler: nothing},
			{Method: http.MethodGet, Path: "/v1/deals/all", Guards: guards, Handler: nothing},
			{Method: http.MethodGet, Path: "/healthz", Public: true, Handler: nothing},
		})
		if len(list) != 4 {
			t.Errorf("list:\n%swant four routes", list)
		}
		names(t, list.Check(), "DELETE /v1/deals")
	})
	t.Run("a guard for every method", func(t *testing.T) {
		_, list := s.list([]Route{{Path: path, Guards: guards, Handler: nothing}})
		names(t, list.Check())
		for _, route := range list {
			if route.Pattern != path || !route.Guarded || len(route.Need) != 1 {
				t.Errorf("listed as %s", route)
			}
		}
		if len(list) == 0 {
			t.Error("the list is empty")
		}
	})
	t.Run("a forgotten guard for every method", func(t *testing.T) {
		_, list := s.list([]Route{{Path: path, Forgotten: true, Handler: nothing}})
		if err := list.Check(); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Check: %v, want %s named", err, path)
		}
		for _, route := range list {
			if route.Guarded || route.Optional || route.Public {
				t.Errorf("listed as %s", route)
			}
		}
	})
}

func nothing(http.ResponseWriter, *http.Request, *claims.Token) {}

// names fails the test unless err, which Check returned, names exactly these
// routes.
func names(t *testing.T, err error, routes ...string) {
	t.Helper()
	text := ""
	if err != nil {
		text = err.Error() + "\n"
	}
	if n := strings.Count(text, "\n"); n != len(routes) {
		t.Errorf("Check names %d routes, want %d: %v", n, len(routes), err)
	}
	for _, route := range routes {
		if !strings.Contains(text, route) {
			t.Errorf("Check does not name %s: %v", route, err)
		}
	}
}
