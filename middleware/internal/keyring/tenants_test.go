package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// tenants is an issuer with a key set of its own for each tenant whose name
// begins with "real".
type tenants struct {
	mu    sync.Mutex
	keys  map[string]*signer
	asked int
	fault func(*http.Request) (*http.Response, error) // for tenants whose name begins with "bad"
}

func newTenants() *tenants { return &tenants{keys: map[string]*signer{}} }

func (s *tenants) signer(tenant string) *signer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys[tenant] == nil {
		s.keys[tenant] = newSigner("1") // the same id everywhere
	}
	return s.keys[tenant]
}

func (s *tenants) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	tenant, _, _ := strings.Cut(r.URL.Host, ".")
	base := "https://" + r.URL.Host
	switch {
	case strings.HasPrefix(tenant, "bad"):
		return s.fault(r)
	case !strings.HasPrefix(tenant, "real"):
		return respond(r, 404, "no such tenant"), nil
	case r.URL.Path == "/.well-known/openid-configuration":
		return respond(r, 200, fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, base, base+"/jwks")), nil
	}
	return respond(r, 200, signerSet(s.signer(tenant))), nil
}

func ringsOf(t testing.TB, s *tenants, max int) *keyring.Tenants {
	t.Helper()
	f, err := keyring.NewTenants(keyring.Source{Issuer: "https://{company}.auth.example"}, max,
		keyring.Options{Client: &http.Client{Transport: s}, Rand: half})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ask lets a token of a tenant arrive.
func ask(t testing.TB, f *keyring.Tenants, s *tenants, tenant string) (bool, error) {
	r, err := f.Await(t.Context(), map[string]string{"company": tenant}, "https://"+tenant+".auth.example")
	if err != nil {
		return false, err
	}
	return s.signer(tenant).admitted(t.Context(), r, "1")
}

// requests returns the number of requests to the issuer.
func (s *tenants) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// count returns the number of rings that have keys, and of those that do not.
func count(f *keyring.Tenants) (loaded, waiting int) {
	for _, r := range f.Rings() {
		if r.Health().State == keyring.StateNever {
			waiting++
		} else {
			loaded++
		}
	}
	return loaded, waiting
}

func TestTenantsAreApart(t *testing.T) {
	virtual(t, "one key ID everywhere", func(t *testing.T) {
		covers(t, "K-21 ATK-B09 ATK-B10")
		s := newTenants()
		f := ringsOf(t, s, 0)
		for range 3 {
			for i := range 50 {
				if ok, err := ask(t, f, s, fmt.Sprint("real", i)); !ok {
					t.Errorf("tenant %d: %v", i, err)
				}
			}
		}
		r, _ := f.Ring(map[string]string{"company": "real1"}, "https://real1.auth.example")
		if ok, _ := s.signer("real2").admitted(t.Context(), r, "1"); ok {
			t.Error("one tenant's key verifies another's token")
		}
		if s.asked != 101 { // one for the bad signature, because the key may have been replaced
			t.Errorf("%d requests for 50 tenants", s.asked)
		}
		if h := r.Health(); h.Issuer != "https://real1.auth.example" ||
			h.Template != "https://{company}.auth.example" {
			t.Errorf("%+v", h)
		}
	})
}

// TestMadeUpTenants sends 10,000 made-up names: fetches and memory stay
// bounded, no request gets status 503, and real tenants are not affected.
func TestMadeUpTenants(t *testing.T) {
	virtual(t, "10,000 names", func(t *testing.T) {
		covers(t, "MD-14 ATK-F04")
		s := newTenants()
		f := ringsOf(t, s, 100)
		if ok, err := ask(t, f, s, "real0"); !ok {
			t.Fatal(err)
		}
		before, heap := s.requests(), heapBytes()
		start := time.Now()
		var limited atomic.Int64
		var wg sync.WaitGroup
		for i := range 10_000 {
			wg.Go(func() {
				_, err := ask(t, f, s, fmt.Sprint("fake", i))
				if !errors.Is(err, keyring.ErrUnknownKey) || errors.Is(err, keyring.ErrUnavailable) {
					t.Errorf("%d: %v", i, err)
				}
				if errors.Is(err, keyring.ErrTenantLimit) {
					limited.Add(1)
				}
			})
			if i%100 == 0 {
				if ok, err := ask(t, f, s, "real0"); !ok {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Millisecond)
		}
		took, asked := time.Since(start), s.requests()-before
		// Ten at once and one a second, each with three places for metadata.
		if most := 3 * (10 + 10 + 1); asked > most {
			t.Errorf("%d requests, want at most %d", asked, most)
		}
		// As soon as the flood lets up, a new tenant is served.
		time.Sleep(2 * time.Second)
		if ok, err := ask(t, f, s, "real1"); !ok {
			t.Errorf("a new tenant: %v", err)
		}
		wg.Wait()
		grown := heapBytes() - heap
		loaded, waiting := count(f)
		t.Logf("10,000 tenants in %v: %d requests, %d refused without a fetch, %d rings loaded and %d not, heap grew by %d KiB",
			took, asked, limited.Load(), loaded, waiting, grown>>10)
		if loaded != 2 || loaded+waiting > 100 || grown > 4<<20 {
			t.Errorf("%d rings, heap grew by %d bytes", loaded+waiting, grown)
		}
	})
}

func heapBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestRepeatedMadeUpTenants: asking for the same few again and again does not
// get around the limit, although they have rings.
func TestRepeatedMadeUpTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		f := ringsOf(t, s, 0)
		var wg sync.WaitGroup
		for i := range 60_000 {
			wg.Go(func() {
				if _, err := ask(t, f, s, fmt.Sprint("fake", i%8)); !errors.Is(err, keyring.ErrUnknownKey) {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond)
		}
		if most := 3 * (10 + 60 + 1); s.requests() > most {
			t.Errorf("%d requests in a minute, want at most %d", s.requests(), most)
		}
		wg.Wait()
	})
}

// TestSlowTenant: tenants whose issuer hangs do not delay the others, neither
// those with keys nor, while there is room, new ones.
func TestSlowTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		s.fault = hang
		f := ringsOf(t, s, 0)
		if ok, err := ask(t, f, s, "real0"); !ok {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				start := time.Now()
				if _, err := ask(t, f, s, fmt.Sprint("bad", i)); !errors.Is(err, keyring.ErrUnavailable) {
					t.Errorf("%v", err)
				}
				if time.Since(start) > 5*time.Second {
					t.Errorf("waited %v", time.Since(start))
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		for _, tenant := range []string{"real0", "real1", "real2"} {
			if ok, err := ask(t, f, s, tenant); !ok {
				t.Errorf("%s: %v", tenant, err)
			}
		}
		if time.Since(start) != 0 {
			t.Errorf("the others waited %v", time.Since(start))
		}
		wg.Wait()
	})
}

// TestEviction: rings beyond the bound are given up, and with a ring its cached
// tokens. Tenants without keys take no place.
func TestEviction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		f := ringsOf(t, s, 3)
		for _, tenant := range []string{"real1", "real2"} {
			if ok, err := ask(t, f, s, tenant); !ok {
				t.Fatal(err)
			}
		}
		r, _ := f.Ring(map[string]string{"company": "real1"}, "https://real1.auth.example")
		keys, err := r.Keys(t.Context(), "1", "EdDSA")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			ask(t, f, s, fmt.Sprint("fake", i))
		}
		if loaded, waiting := count(f); loaded != 2 || waiting != 5 || !keys[0].Live(time.Now()) {
			t.Errorf("%d loaded, %d waiting", loaded, waiting)
		}
		ask(t, f, s, "real3") // in the third place
		if loaded, _ := count(f); loaded != 3 {
			t.Errorf("%d loaded", loaded)
		}
		ask(t, f, s, "real2")
		ask(t, f, s, "real3")
		for range 4 {
			ask(t, f, s, "real4") // in the place of one that is used less
			ask(t, f, s, "real2")
			ask(t, f, s, "real5")
			ask(t, f, s, "real2")
		}
		if keys[0].Live(time.Now()) {
			t.Error("a key of a ring that was given up is still live")
		}
		if ok, err := s.signer("real1").admitted(t.Context(), r, "1"); !ok {
			t.Errorf("a request that still holds the ring: %v", err)
		}
		if keys, _ := r.Keys(t.Context(), "1", "EdDSA"); keys[0].Live(time.Now()) {
			t.Error("its keys came to life again")
		}
		s.mu.Lock()
		s.keys["real1"] = newSigner("2")
		s.mu.Unlock()
		if keys, err := r.Keys(t.Context(), "2", "EdDSA"); err != nil || keys[0].Live(time.Now()) {
			t.Errorf("a key that it fetched after its end: %v", err)
		}
		s.mu.Lock()
		s.keys["real1"] = nil
		s.mu.Unlock()
		if ok, err := ask(t, f, s, "real1"); !ok {
			t.Errorf("the tenant's next ring: %v", err)
		}
	})
}
