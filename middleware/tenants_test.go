package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": h.base + tenant,
			"jwks_uri": h.base + tenant + "/jwks"})
	case "jwks":
		_, _ = w.Write(h.JWKS())
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	response := w.Result()
	response.Request = r
	return response, nil
}

// TestListedTenants: the limit for first-time tenants is for those that tokens may
// make up. It must not reject the tokens of listed tenants when an API has just
// started.
func TestListedTenants(t *testing.T) {
	for _, c := range []struct {
		name string
		down bool
		want middleware.Reason
	}{
		{"all at once after the start", false, ""},
		{"all at once while the issuers are down", true, middleware.ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
					"http://127.0.0.1/", c.down}
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

// TestTenantsInReports: events of requests name the issuer as configured, and a
// made-up tenant does not change the health report.
func TestTenantsInReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
			"http://127.0.0.1/", false}
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
		_, err = auth.Check(r, scopes.Scope("no-token-has-this"))
		var refusal *middleware.Error
		if !errors.As(err, &refusal) || refusal.Reason != middleware.ErrInsufficientScope ||
			refusal.Issuer != h.base+"{tenant}" {
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

// TestManyTenants names 10,000 tenants that do not exist against a template.
func TestManyTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The issuer plays tenant "real"; every other tenant is not found.
		issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Path: "/real", Keys: []string{"ES256"}})
		counted := &counter{RoundTripper: issuer}
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{issuer.Audience()},
			Issuers: []middleware.Issuer{{
				URL:                              "http://127.0.0.1:80/{tenant}",
				TenantPattern:                    "[a-z0-9-]+",
				DangerouslyAllowPrivateAddresses: true,
			}},
			HTTPClient: &http.Client{Transport: counted},
		})
		if err != nil {
			t.Fatal(err)
		}
		o := outage{issuer, auth}
		o.good(t, "the real tenant")
		if token, err := auth.Verify(t.Context(), issuer.Mint(nil)); err != nil || token.Tenant != "real" {
			t.Errorf("Verify: %+v, %v; want the tenant from the issuer's URL", token, err)
		}
		before := heap()
		fetches := counted.requests.Load()
		var wg sync.WaitGroup
		for i := range 10_000 {
			token := issuer.Mint(map[string]any{"iss": fmt.Sprintf("http://127.0.0.1:80/made-up-%d", i)})
			if i%100 == 0 {
				o.good(t, "the real tenant in the flood")
			}
			wg.Go(func() {
				if reason, _ := o.verify(token); reason == "" {
					t.Error("a made-up tenant is admitted")
				}
			})
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		fetches = counted.requests.Load() - fetches
		t.Logf("10,000 made-up tenants: %d fetches, heap %+d KiB, %d key sets",
			fetches, (heap()-before)/1024, len(auth.Health()))
		if fetches > 100 {
			t.Errorf("%d fetches", fetches)
		}
		if grown := heap() - before; grown > 4<<20 {
			t.Errorf("the heap grew by %d bytes", grown)
		}
		runtime.KeepAlive(auth)
	})
}

// heap returns the bytes in use. Pools give up their memory at the second
// collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A counter counts the requests that are sent.
type counter struct {
	http.RoundTripper
	requests atomic.Int64
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	return c.RoundTripper.RoundTrip(r)
}

// TestAnyTransportForFixedHosts: a round tripper that wraps the transport, as
// tracing does, cannot be kept from private addresses. That counts only where
// tokens choose the host.
func TestAnyTransportForFixedHosts(t *testing.T) {
	wrapped := &http.Client{Transport: roundTripper(http.DefaultTransport.RoundTrip)}
	for _, c := range []struct {
		name   string
		issuer middleware.Issuer
		client *http.Client
		ok     bool
	}{
		{"a placeholder in the path, any tenant", middleware.Issuer{URL: "https://id.example.com/{t}",
			TenantPattern: "[a-z]+"}, wrapped, true},
		{"a placeholder in the host, listed tenants",
			middleware.Issuer{URL: "https://{t}.example.com", Tenants: []string{"a"}}, wrapped, true},
		{"a placeholder in the host of iss, keys at a fixed host", middleware.Issuer{
			URL: "https://{t}.example.com", TenantPattern: "[a-z]+", JWKSURL: "https://id.example.com/{t}/jwks"},
			wrapped, true},
		{"a placeholder in the host, any tenant", middleware.Issuer{URL: "https://{t}.example.com",
			TenantPattern: "[a-z]+"}, wrapped, false},
		{"a placeholder in the host of the keys, any tenant", middleware.Issuer{
			URL: "https://id.example.com/{t}", TenantPattern: "[a-z]+", JWKSURL: "https://{t}.example.com/jwks"},
			wrapped, false},
		{"the same, allowed", middleware.Issuer{
			URL: "https://{t}.example.com", TenantPattern: "[a-z]+", DangerouslyAllowPrivateAddresses: true},
			wrapped, true},
		{"the same with a transport of net/http", middleware.Issuer{URL: "https://{t}.example.com",
			TenantPattern: "[a-z]+"},
			&http.Client{Transport: http.DefaultTransport}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := middleware.New(middleware.Config{
				Audiences: []string{"api"}, Issuers: []middleware.Issuer{c.issuer}, HTTPClient: c.client,
			})
			if c.ok {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if fields := mistakenFields(err); !slices.Equal(fields, []string{"HTTPClient"}) ||
				!strings.Contains(err.Error(), "Issuers[0].DangerouslyAllowPrivateAddresses") ||
				strings.Contains(err.Error(), "keyring") {
				t.Errorf("New: %v", err)
			}
		})
	}
}

// TestPrivateAddressesWhereTokensChooseTheHost: connections to private addresses
// are refused only where a token may choose the host.
func TestPrivateAddressesWhereTokensChooseTheHost(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	for _, c := range []struct {
		name   string
		issuer middleware.Issuer
		want   middleware.Reason
	}{
		{"keys at a fixed private address", middleware.Issuer{
			URL: "https://{t}.example.com", TenantPattern: "[a-z]+", JWKSURL: issuer.JWKSURL()}, ""},
		{"keys at a listed private name", middleware.Issuer{
			URL: "https://{t}.example.com", Tenants: []string{"acme"}, JWKSURL: issuer.JWKSURL() + "?t={t}"}, ""},
		{"keys at a host that the token chooses", middleware.Issuer{
			URL: "https://{t}.example.com", TenantPattern: "[a-z0-9]+",
			JWKSURL:              strings.Replace(issuer.JWKSURL(), "127.", "{t}.", 1),
			DangerouslyAllowHTTP: true}, middleware.ErrUnknownKey},
		{"keys at a host that the token chooses, allowed", middleware.Issuer{
			URL: "https://{t}.example.com", TenantPattern: "[a-z0-9]+",
			JWKSURL:              strings.Replace(issuer.JWKSURL(), "127.", "{t}.", 1),
			DangerouslyAllowHTTP: true, DangerouslyAllowPrivateAddresses: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			auth, err := middleware.New(middleware.Config{Audiences: []string{issuer.Audience()},
				Issuers: []middleware.Issuer{c.issuer}})
			if err != nil {
				t.Fatal(err)
			}
			tenant := "acme"
			if strings.Contains(c.issuer.JWKSURL, "{t}.") {
				tenant = "127"
			}
			if _, err := auth.Verify(t.Context(),
				issuer.Mint(map[string]any{"iss": "https://" + tenant + ".example.com"})); reasonOf(err) != c.want {
				t.Errorf("Verify: %v, want %q", err, c.want)
			}
		})
	}
}
