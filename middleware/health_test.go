package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestReadyAsksListedTenants: a listed tenant whose keys cannot be fetched
// makes the API unready, as any other issuer does.
func TestReadyAsksListedTenants(t *testing.T) {
	for _, c := range []struct {
		name   string
		edit   func(*middleware.Issuer)
		down   bool
		ready  bool
		health string
		sets   int
	}{
		{"listed tenants that are there", nil, false, true, "ok", 2},
		{"listed tenants that are down", nil, true, false, "unready", 2},
		{"tenants by pattern, which are known by their tokens only", func(i *middleware.Issuer) {
			i.Tenants, i.TenantPattern = nil, "[a-z]+"
		}, true, true, "ok", 0},
		{"tenants by pattern with one key set that is down", func(i *middleware.Issuer) {
			i.Tenants, i.TenantPattern, i.JWKSURL = nil, "[a-z]+", "http://127.0.0.1/any/jwks"
		}, true, false, "unready", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
					"http://127.0.0.1/", c.down}
				issuer := middleware.Issuer{URL: h.base + "{tenant}", Tenants: []string{"acme", "initech"},
					DangerouslyAllowPrivateAddresses: true}
				if c.edit != nil {
					c.edit(&issuer)
				}
				auth, err := middleware.New(middleware.Config{
					Audiences:  []string{h.Audience()},
					Issuers:    []middleware.Issuer{issuer},
					HTTPClient: &http.Client{Transport: h},
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := auth.Ready(t.Context()); c.ready != (err == nil) || !c.ready &&
					!errors.Is(err, middleware.ErrUnavailable) {
					t.Errorf("Ready: %v, want ready %v", err, c.ready)
				}
				w := httptest.NewRecorder()
				auth.HealthHandler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
				var report struct {
					Status  string
					KeySets []json.RawMessage `json:"key_sets"`
				}
				if err := json.Unmarshal(w.Body.Bytes(), &report); err != nil {
					t.Fatal(err)
				}
				if report.Status != c.health || len(report.KeySets) != c.sets || (w.Code == 200) != c.ready {
					t.Errorf("health: %d %s, want %q with %d key sets", w.Code, w.Body, c.health, c.sets)
				}
				synctest.Wait()
			})
		})
	}
}

// TestReadyAsksAtTheSameTime: the readiness of many issuers that are down takes
// little longer than that of one.
func TestReadyAsksAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
			"http://127.0.0.1/", true}
		config := middleware.Config{Audiences: []string{h.Audience()}, HTTPClient: &http.Client{Transport: h}}
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			config.Issuers = append(config.Issuers, middleware.Issuer{URL: h.base + name})
		}
		auth, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		err = auth.Ready(t.Context())
		var refusal *middleware.Error
		if !errors.As(err, &refusal) || refusal.Issuer != h.base+"a" || refusal.RetryAfter < time.Second {
			t.Errorf("Ready: %+v, want the first issuer and a time to wait", refusal)
		}
		if waited := time.Since(start); waited > time.Second { // virtual
			t.Errorf("Ready took %v", waited)
		}
		synctest.Wait()
	})
}

// TestReadyWaitsForHangingIssuersTogether: many issuers that hang, or as many tenants,
// take the time of one attempt. The error names the first in the order of the
// configuration, not the first that fails.
func TestReadyWaitsForHangingIssuersTogether(t *testing.T) {
	for _, c := range []struct {
		name     string
		tenants  bool
		deadline time.Duration // of the caller, 0: none
		longest  time.Duration
	}{
		{"issuers", false, 0, 5200 * time.Millisecond},
		{"tenants", true, 0, 5200 * time.Millisecond},
		{"issuers, and a caller who does not wait", false, 2 * time.Second, 2200 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var underway, most atomic.Int64
				hang := roundTripper(func(r *http.Request) (*http.Response, error) {
					most.Store(max(most.Load(), underway.Add(1)))
					defer underway.Add(-1)
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
				config := middleware.Config{Audiences: []string{"api"}, HTTPClient: &http.Client{Transport: hang}}
				template := middleware.Issuer{URL: "http://127.0.0.1/{t}"}
				for i := range 100 {
					config.Issuers = append(config.Issuers,
						middleware.Issuer{URL: fmt.Sprintf("http://127.0.0.1/%d", 1000-i)})
					template.Tenants = append(template.Tenants, fmt.Sprint(1000-i))
				}
				if c.tenants {
					config.Issuers = []middleware.Issuer{template}
				}
				auth, err := middleware.New(config)
				if err != nil {
					t.Fatal(err)
				}
				ctx := t.Context()
				if c.deadline > 0 {
					deadline, cancel := context.WithTimeout(ctx, c.deadline)
					defer cancel()
					ctx = deadline
				}
				start := time.Now()
				err = auth.Ready(ctx)
				waited := time.Since(start) // virtual
				var refusal *middleware.Error
				if !errors.As(err, &refusal) || refusal.Issuer != "http://127.0.0.1/1000" {
					t.Errorf("Ready: %+v, want the first issuer", refusal)
				}
				t.Logf("Ready took %v, with %d requests at a time", waited, most.Load())
				if waited > c.longest {
					t.Errorf("Ready took %v, want %v at most", waited, c.longest)
				}
				synctest.Wait()
				time.Sleep(10 * time.Second) // until all attempts have ended
			})
		})
	}
}
