package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// hosted is the service of an authorization server that has many tenants, which
// all sign with the one key of an Issuer.
type hosted struct {
	*testutil.Issuer
	base string // of the tenants' names
	down bool
}

func (h *hosted) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(200 * time.Millisecond) // virtual
	if h.down {
		return nil, errors.New("down")
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	w := httptest.NewRecorder()
	switch rest {
	case ".well-known/openid-configuration":
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": h.base + tenant, "jwks_uri": h.base + tenant + "/jwks"})
	case "jwks":
		_, _ = w.Write(h.JWKS())
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	response := w.Result()
	response.Request = r
	return response, nil
}

// TestListedTenants: nobody can make up a tenant that the configuration lists,
// so that what bounds made-up ones must not refuse the tokens of all of them
// when an API has just started.
func TestListedTenants(t *testing.T) {
	for _, c := range []struct {
		name string
		down bool
		want middleware.Reason
	}{
		{"all at once after the start", false, ""},
		{"all at once while the issuers are down", true, middleware.Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}), "http://127.0.0.1/", c.down}
				var tenants []string
				for i := range 50 {
					tenants = append(tenants, fmt.Sprint("tenant-", i))
				}
				auth, err := middleware.New(middleware.Config{
					Audiences: []string{h.Audience()},
					Issuers: []middleware.Issuer{{
						URL: h.base + "{tenant}", Tenants: tenants, DangerouslyAllowPrivateAddresses: true,
					}},
					HTTPClient: &http.Client{Transport: h},
				})
				if err != nil {
					t.Fatal(err)
				}
				var wg sync.WaitGroup
				for _, tenant := range tenants {
					token := h.Mint(map[string]any{"iss": h.base + tenant})
					wg.Go(func() {
						_, err := auth.Verify(context.Background(), token)
						if c.want == "" && err != nil || c.want != "" && !errors.Is(err, c.want) {
							t.Errorf("%s: %v, want %q", tenant, err, c.want)
						}
					})
				}
				wg.Wait()
				synctest.Wait()
			})
		})
	}
}

// TestTenantsInReports: what operators count goes by the configuration, and
// nobody turns the health report by making up a tenant.
func TestTenantsInReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}), "http://127.0.0.1/", false}
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{h.Audience()},
			Issuers: []middleware.Issuer{{
				URL: h.base + "{tenant}", TenantPattern: "[a-z]+", DangerouslyAllowPrivateAddresses: true,
			}},
			HTTPClient: &http.Client{Transport: h},
		})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+h.Mint(map[string]any{"iss": h.base + "real"}))
		_, err = auth.Check(r, scopes.Scope("nobody-has-this"))
		var refusal *middleware.Error
		if !errors.As(err, &refusal) || refusal.Reason != middleware.InsufficientScope || refusal.Issuer != h.base+"{tenant}" {
			t.Errorf("Check: %+v", refusal)
		}
		h.down = true
		_, _ = auth.Verify(t.Context(), h.Mint(map[string]any{"iss": h.base + "madeup"}))
		w := httptest.NewRecorder()
		auth.HealthHandler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"ok"`) {
			t.Errorf("health %d %s", w.Code, w.Body)
		}
		synctest.Wait()
	})
}
