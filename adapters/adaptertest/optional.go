package adaptertest

import (
	"net/http"
	"testing"
)

func (s *suite) optional(t *testing.T) {
	reasons := new(log)
	auth := s.auth(t, strict(reasons))
	api, seen := s.guarded(optional(auth))
	passes := func(t *testing.T, r *http.Request, client string) {
		t.Helper()
		reasons.take()
		got := do(api, r)
		if got.status != http.StatusOK || got.body != "handled" {
			t.Errorf("response %d %q, want the handler's", got.status, got.body)
		}
		if all := got.header["Www-Authenticate"]; all != nil {
			t.Errorf("WWW-Authenticate %q in the handler's response", all)
		}
		seen.ran(t, client)
		if all := reasons.take(); len(all) > 0 {
			t.Errorf("a request that passes is reported as rejected: %v", all)
		}
	}
	t.Run("good token", func(t *testing.T) { passes(t, get(s.good()), "demo-client") })
	for _, c := range s.hostiles(t) {
		t.Run(c.name, func(t *testing.T) {
			r := get("")
			c.change(r)
			switch c.want.status {
			case http.StatusForbidden:
				passes(t, r, "demo-client") // Optional requires no scope
			case noToken.status:
				if c.want == noToken {
					passes(t, r, "")
					return
				}
				fallthrough
			default:
				c.want.check(t, do(api, r))
				seen.idle(t)
			}
		})
	}
	t.Run("Require within", func(t *testing.T) {
		api, seen := s.guarded(optional(auth), required(auth, read))
		noToken.check(t, do(api, get("")))
		seen.idle(t)
		do(api, get(s.good()))
		seen.ran(t, "demo-client")
	})
}
