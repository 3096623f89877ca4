package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// preflight shows where CORS belongs: a policy in front of the guard responds to
// preflight requests, which carry no token, and lets nothing else through.
func (s *suite) preflight(t *testing.T) {
	api, seen := s.guarded(required(s.auth(t, nil)))
	policy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		api.ServeHTTP(w, r)
	})
	for _, c := range []struct {
		name   string
		h      http.Handler
		method string // of Access-Control-Request-Method
		want   int
	}{
		{"a policy in front of the guard", policy, "GET", http.StatusNoContent},
		{"no policy", api, "GET", http.StatusUnauthorized},
		{"no preflight request", policy, "", http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			r := request(http.MethodOptions, "")
			r.Header.Set("Origin", "https://app.example")
			if c.method != "" {
				r.Header.Set("Access-Control-Request-Method", c.method)
			}
			if got := do(c.h, r); got.status != c.want {
				t.Errorf("status %d, want %d", got.status, c.want)
			}
			seen.idle(t)
		})
	}
}

// metadata serves the metadata of a resource with an encoded slash in its path.
func (s *suite) metadata(t *testing.T) {
	auth := s.auth(t, func(c *middleware.Config) { c.Resource = "https://api.example.com/a%2Fb" })
	handler := func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
		auth.MetadataHandler().ServeHTTP(w, r)
	}
	var routes []Route
	for _, path := range auth.MetadataPaths() {
		routes = append(routes, Route{Path: path, Public: true, Handler: handler})
	}
	api := s.build(routes)
	for target, want := range map[string]int{
		"/.well-known/oauth-protected-resource/a%2Fb":  http.StatusOK,
		"/.well-known/oauth-protected-resource/a%2Fb/": http.StatusOK,
		"/.well-known/oauth-protected-resource/a/b":    http.StatusNotFound,
		"/.well-known/oauth-protected-resource":        http.StatusNotFound,
	} {
		t.Run(target, func(t *testing.T) {
			t.Attr("requirement", "PRM-21")
			if got := do(api, httptest.NewRequest(http.MethodGet, target, nil)); got.status != want {
				t.Errorf("status %d, want %d", got.status, want)
			}
		})
	}
}

// rawTargets tests that the guard of the route that the framework chose decides, for
// every spelling of the request target.
func (s *suite) rawTargets(t *testing.T) {
	t.Attr("requirement", "ATK-H05")
	ran := ""
	note := func(name string) func(http.ResponseWriter, *http.Request, *claims.Token) {
		return func(http.ResponseWriter, *http.Request, *claims.Token) { ran = name }
	}
	guards := []guard{required(s.auth(t, nil), read)}
	api := s.build([]Route{
		{Path: "/admin", Guards: guards, Handler: note("admin")},
		{Path: "/admin/x", Guards: guards, Handler: note("admin")},
		{Path: "/public", Public: true, Handler: note("public")},
	})
	rawtargets.Try(t, api, s.good(), &ran)
}
