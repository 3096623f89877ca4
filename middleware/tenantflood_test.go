package middleware_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A town is a hosted service and an API that accepts tokens of its tenants. The
// tenants whose names begin with "real" exist. Every response takes 0.2 s.
type town struct {
	hosted
	auth     *middleware.Authenticator
	requests atomic.Int64 // to the service
	loaded   atomic.Int64 // for the key sets of tenants that exist

	mu     sync.Mutex
	counts map[middleware.Reason]int // of the responses to good tokens, "" for those that were admitted
	waited time.Duration             // the longest of them
}

func (s *town) RoundTrip(r *http.Request) (*http.Response, error) {
	s.requests.Add(1)
	if !strings.HasPrefix(r.URL.Path, "/real") {
		r = r.Clone(r.Context())
		r.URL.Path = "/no/such/tenant"
	} else if strings.HasSuffix(r.URL.Path, "/jwks") {
		s.loaded.Add(1)
	}
	return s.hosted.RoundTrip(r)
}

// newTown returns a town whose API has fetched nothing. edit, if not nil, changes
// the issuer in the API's configuration.
func newTown(t *testing.T, edit func(*middleware.Issuer)) *town {
	t.Helper()
	s := &town{
		hosted: hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
			"http://127.0.0.1/", false},
		counts: map[middleware.Reason]int{},
	}
	issuer := middleware.Issuer{
		URL: s.base + "{tenant}", TenantPattern: "[a-z0-9-]+", DangerouslyAllowPrivateAddresses: true,
	}
	if edit != nil {
		edit(&issuer)
	}
	var err error
	s.auth, err = middleware.New(middleware.Config{
		Audiences:  []string{s.Audience()},
		Issuers:    []middleware.Issuer{issuer},
		HTTPClient: &http.Client{Transport: s},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// token returns a good token of a tenant, or one that would be good if the tenant
// existed.
func (s *town) token(tenant string) string {
	return s.Mint(map[string]any{"iss": s.base + tenant, "exp": time.Now().Add(time.Hour).Unix()})
}

// send has a good token arrive, and counts the response.
func (s *town) send(token string) middleware.Reason {
	start := time.Now()
	_, err := s.auth.Verify(context.Background(), token)
	reason := reasonOf(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[reason]++
	s.waited = max(s.waited, time.Since(start))
	return reason
}

// refused returns how many good tokens were not admitted.
func (s *town) refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for reason, count := range s.counts {
		if reason != "" {
			n += count
		}
	}
	return n
}

// TestManyTenantsAtOnce: tenants that all come at the moment of the start are all
// admitted.
func TestManyTenantsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTown(t, nil)
		var wg sync.WaitGroup
		for _, token := range s.tokens(300) {
			wg.Go(func() { s.send(token) })
		}
		wg.Wait()
		t.Logf("300 tenants at once: %v, the last after %v, %d requests", s.counts, s.waited, s.requests.Load())
		if s.refused() != 0 || s.waited > 30*time.Second {
			t.Errorf("%d of 300 refused", s.refused())
		}
		if s.requests.Load() != 600 {
			t.Errorf("%d requests, want two for each tenant", s.requests.Load())
		}
	})
}

// floodLength is how long the floods of these tests last.
const floodLength = 280 * time.Second

// flood sends 200 made-up tenants a second, and counts the responses to them.
// Meanwhile 20 tenants that exist come in, one each half second, and each sends a
// good token a second. A patient client waits for the response before the second
// begins.
func (s *town) flood(patient bool) (madeUp map[middleware.Reason]int) {
	end := time.Now().Add(floodLength)
	var wg sync.WaitGroup
	for i := range 20 {
		token := s.token(fmt.Sprint("real-", i))
		wg.Go(func() {
			for time.Sleep(time.Duration(i) * time.Second / 2); time.Now().Before(end); time.Sleep(time.Second) {
				if patient {
					s.send(token)
				} else {
					wg.Go(func() { s.send(token) })
				}
			}
		})
	}
	var mu sync.Mutex
	madeUp = map[middleware.Reason]int{}
	header, _, _ := strings.Cut(s.token("real-0"), ".")
	for i := range int(floodLength / (5 * time.Millisecond)) {
		token := unsigned(header, s.base+fmt.Sprint("fake-", i))
		wg.Go(func() {
			_, err := s.auth.Verify(context.Background(), token)
			mu.Lock()
			defer mu.Unlock()
			madeUp[reasonOf(err)]++
		})
		time.Sleep(5 * time.Millisecond)
	}
	wg.Wait()
	return madeUp
}

// unsigned returns a token of iss with a signature that is none.
func unsigned(header, iss string) string {
	payload := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iss":%q}`, iss))
	return header + "." + payload + "." + strings.Repeat("A", 86)
}

// exists is a register that knows the tenants whose names begin with "real".
func exists(_ context.Context, tenant string) (bool, error) {
	time.Sleep(20 * time.Millisecond)
	return strings.HasPrefix(tenant, "real"), nil
}

// TestFloodOfTenants: made-up tenants cost tenants that exist nothing if the API's
// register tells them apart, and hardly a request without it.
func TestFloodOfTenants(t *testing.T) {
	for _, c := range []struct {
		name     string
		patient  bool
		register func(context.Context, string) (bool, error)
		most     float64 // the share of good requests that may be refused
		requests int64   // to the issuer, at most
	}{
		// 20 tenants with two requests each; ten made-up ones at once, one a second
		// until the last has waited 5 s, and one for each tenant that exists, with
		// three requests each.
		{"without a register", false, nil, 0.01, 40 + 3*(10+285+20)},
		{"without a register, patient clients", true, nil, 0.01, 40 + 3*(10+285+20)},
		{"with a register", false, exists, 0, 40},
		{"with a register, patient clients", true, exists, 0, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newTown(t, func(issuer *middleware.Issuer) {
					issuer.TenantExists = c.register
					issuer.MaxTenants = 20
				})
				madeUp := s.flood(c.patient)
				good := s.refused() + s.counts[""]
				t.Logf("%d good requests: %v, the longest wait %v; made-up ones: %v; %d requests to the issuer",
					good, s.counts, s.waited, madeUp, s.requests.Load())
				if refused := s.refused(); float64(refused) > c.most*float64(good) {
					t.Errorf("%d of %d good requests refused", refused, good)
				}
				if n := s.requests.Load(); n > c.requests {
					t.Errorf("%d requests to the issuer, want at most %d", n, c.requests)
				}
				if s.loaded.Load() != 20 {
					t.Errorf("%d key sets fetched for 20 tenants: they did not keep them", s.loaded.Load())
				}
				if madeUp[middleware.ErrUnavailable]+madeUp[""] > 0 {
					t.Errorf("made-up tenants: %v", madeUp)
				}
			})
		})
	}
}

// TestManyActiveTenants has 5,000 tenants send a token each, twice, one after the
// other, 100 in a second. Above the bound that costs fetches, and no request.
func TestManyActiveTenants(t *testing.T) {
	for _, c := range []struct {
		name string
		max  int
		kept int
		sets int64 // key sets fetched
	}{
		{"below the bound", 0, 5000, 5000},
		{"above the bound", 1000, 1000, 10_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newTown(t, func(issuer *middleware.Issuer) { issuer.MaxTenants = c.max })
				tokens := s.tokens(5000)
				var wg sync.WaitGroup
				for range 2 {
					for _, token := range tokens {
						wg.Go(func() { s.send(token) })
						time.Sleep(10 * time.Millisecond)
					}
				}
				wg.Wait()
				kept, most := s.auth.Tenants(s.base + "{tenant}")
				t.Logf("%v, the longest wait %v, %d key sets fetched, %d of %d kept",
					s.counts, s.waited, s.loaded.Load(), kept, most)
				if s.refused() != 0 || s.loaded.Load() > c.sets || kept != c.kept {
					t.Errorf("%d refused, %d key sets fetched", s.refused(), s.loaded.Load())
				}
			})
		})
	}
}

func (s *town) tokens(n int) []string {
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = s.token(fmt.Sprint("real-", i))
	}
	return tokens
}

// TestMoreTenantsThanCanBeFetched: 5,000 tenants that come at one moment are more
// than can be fetched in time. Those whose turn does not come hear so, with status
// 503 and a time to come back, and not that their token is no good.
func TestMoreTenantsThanCanBeFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTown(t, nil)
		start := time.Now()
		var wg sync.WaitGroup
		for _, token := range s.tokens(5000) {
			wg.Go(func() {
				for s.send(token) != "" {
					time.Sleep(2 * time.Second)
				}
			})
		}
		wg.Wait()
		took := time.Since(start)
		t.Logf("%v, all of them in after %v, %d requests to the issuer", s.counts, took, s.requests.Load())
		if s.counts[middleware.ErrUnavailable] != s.refused() || took > time.Minute {
			t.Errorf("%v after %v", s.counts, took)
		}
	})
}
