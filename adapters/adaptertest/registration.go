package adaptertest

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// registration tests that a guard keeps its requirements: what the caller does with
// its own list after the registration changes neither guard nor list of routes.
func (s *suite) registration(t *testing.T) {
	auth := s.auth(t, nil)
	t.Run("one list for all routes", func(t *testing.T) {
		need := make([]scopes.Requirement, 1)
		var routes []Route
		seen := new(witness)
		for _, r := range []struct {
			path string
			need scopes.Requirement
		}{{"/v1/admin", write}, {path, read}} {
			need[0] = r.need // a loop that uses its list again
			routes = append(routes, Route{
				Method: http.MethodGet, Path: r.path, Guards: []guard{{Auth: auth, Need: need}}, Handler: seen.handle,
			})
			api, list := s.list(routes[len(routes)-1:])
			need[0] = read
			target := get(s.good())
			target.URL.Path = r.path
			got := do(api, target)
			if r.need.String() == write.String() {
				insufficient("deals-write").check(t, got)
				seen.idle(t)
			} else {
				seen.ran(t, "demo-client")
			}
			if len(list) == 1 && (len(list[0].Need) != 1 || list[0].Need[0].String() != r.need.String()) {
				t.Errorf("%s is listed with %v", r.path, list[0].Need)
			}
		}
	})
	t.Run("the list of routes", func(t *testing.T) {
		seen := new(witness)
		guards := []guard{{Auth: auth, Need: []scopes.Requirement{write}}}
		api, list := s.list([]Route{{Method: http.MethodGet, Path: path, Guards: guards, Handler: seen.handle}})
		for _, route := range list {
			clear(route.Need)
		}
		insufficient("deals-write").check(t, do(api, get(s.good())))
		seen.idle(t)
	})
	t.Run("lists with a common beginning", func(t *testing.T) {
		base := append(make([]scopes.Requirement, 0, 4), read)
		admin := append(base, write)
		seen := new(witness)
		api := s.build([]Route{{Path: path, Guards: []guard{{Auth: auth, Need: admin}}, Handler: seen.handle}})
		_ = append(base, read) // in the memory of admin
		insufficient("deals-read deals-write").check(t, do(api, get(s.good())))
		seen.idle(t)
	})
}
