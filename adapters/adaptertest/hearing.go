package adaptertest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// hearing tests that events say which request and which requirement they are about, and
// that a middleware outside the framework learns the caller.
func (s *suite) hearing(t *testing.T) {
	var mu sync.Mutex
	var events []middleware.Event
	auth := s.auth(t, func(c *middleware.Config) {
		c.ObserveAdmitted = true
		c.Observe = func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Kind == middleware.EventAdmitted || e.Kind == middleware.EventRefused {
				events = append(events, e)
			}
		}
	})
	api, seen := s.guarded(required(auth, read), required(auth, write))
	for _, c := range []struct {
		name   string
		token  string
		kinds  []middleware.EventKind // of the guards, the outermost first
		client string                 // that the outer middleware learns
		reason middleware.Reason
		lacks  string
	}{
		{"admitted", s.scoped("deals-read deals-write"), []middleware.EventKind{middleware.EventAdmitted},
			"demo-client", "", ""},
		{"rejected by the inner guard", s.good(), []middleware.EventKind{middleware.EventAdmitted,
			middleware.EventRefused},
			"demo-client", middleware.ErrInsufficientScope, "deals-write"},
		{"rejected by the outer guard", s.scoped("deals-write"), []middleware.EventKind{middleware.EventRefused},
			"", middleware.ErrInsufficientScope, "deals-read"},
		{"no token", "", []middleware.EventKind{middleware.EventRefused}, "", middleware.ErrNoToken, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := auth.Stats()
			events = nil
			var caller *middleware.Caller
			logged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				caller = middleware.Witness(r.Context())
				api.ServeHTTP(w, r.WithContext(caller))
			})
			do(logged, request(http.MethodPut, c.token))
			seen.take()

			client := ""
			if token := caller.Token(); token != nil {
				client = token.ClientID
			}
			if client != c.client || caller.Reason() != c.reason {
				t.Errorf("client %q, reason %q, want %q and %q", client, caller.Reason(), c.client, c.reason)
			}
			if len(events) != len(c.kinds) {
				t.Fatalf("events %+v, want %q", events, c.kinds)
			}
			for i, e := range events {
				if e.Kind != c.kinds[i] || e.Method != http.MethodPut || e.Route != "" &&
					!strings.HasSuffix(e.Route, path) {
					t.Errorf("event %+v, want %s of PUT %s", e, c.kinds[i], path)
				}
				if missing := strings.Join(e.Missing, ", "); e.Kind == middleware.EventRefused &&
					(missing != c.lacks || e.Need != c.lacks) {
					t.Errorf("missing %q of %q, want %q", missing, e.Need, c.lacks)
				}
			}
			after := auth.Stats()
			admitted := after.AdmittedVerified + after.AdmittedCached - before.AdmittedVerified - before.AdmittedCached
			if want := strings.Count(join(c.kinds), "admitted"); admitted != uint64(want) {
				t.Errorf("%d admissions are counted, want %d", admitted, want)
			}
			if c.reason != "" && after.Refused[c.reason] != before.Refused[c.reason]+1 {
				t.Errorf("%d refusals as %s are counted after %d", after.Refused[c.reason], c.reason,
					before.Refused[c.reason])
			}
		})
	}
}

func join(kinds []middleware.EventKind) string {
	text := ""
	for _, k := range kinds {
		text += string(k) + " "
	}
	return text
}
