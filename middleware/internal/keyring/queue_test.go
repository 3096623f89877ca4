package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// order records whose metadata is requested, in order.
type order struct {
	*tenants
	names []string
}

func (o *order) RoundTrip(r *http.Request) (*http.Response, error) {
	name, _, _ := strings.Cut(r.URL.Host, ".")
	o.mu.Lock()
	if len(o.names) == 0 || o.names[len(o.names)-1] != name {
		o.names = append(o.names, name)
	}
	o.mu.Unlock()
	return o.tenants.RoundTrip(r)
}

// since returns the names since the last call.
func (o *order) since() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	names := o.names
	o.names = nil
	return names
}

// spent returns Tenants whose budget for fetches that find no keys is spent.
func spent(t *testing.T) (*order, *keyring.Tenants) {
	o := &order{tenants: newTenants()}
	o.fault = hang
	f, err := keyring.NewTenants(keyring.Source{Issuer: "https://{company}.auth.example"}, 5,
		keyring.Options{Client: &http.Client{Transport: o}, Rand: half})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if _, err := ask(t, f, o.tenants, fmt.Sprint("spend", i)); !errors.Is(err, keyring.ErrUnknownKey) {
			t.Fatal(err)
		}
	}
	o.since()
	return o, f
}

// TestOrderOfTurns: tenants for which more requests come go first, and tenants
// whose fetch failed last.
func TestOrderOfTurns(t *testing.T) {
	for _, c := range []struct {
		name string
		asks string // one request each quarter of a second
		want string // whose keys are fetched, in order
	}{
		{"the one that waits longest", "a b c", "a b c"},
		{"the one for which most requests come", "a b c c", "c a b"},
		{"of requests that come together, one counts", "a b+b+b a", "a b"},
		{"one that failed goes last", "a spend0 spend0 b", "a b spend0"},
		{"one that failed goes last, also one with keys before", "spend0 spend0 spend0 a", "a spend0"},
	} {
		virtual(t, c.name, func(t *testing.T) {
			o, f := spent(t)
			var wg sync.WaitGroup
			for _, together := range strings.Fields(c.asks) {
				for _, name := range strings.Split(together, "+") {
					wg.Go(func() { ask(t, f, o.tenants, name) })
					synctest.Wait()
				}
				time.Sleep(time.Second / 4)
			}
			wg.Wait()
			if got := strings.Join(o.since(), " "); got != c.want {
				t.Errorf("fetched %q, want %q", got, c.want)
			}
		})
	}
}

// TestTurnsOnlyForThoseThatWait: when the caller of the only request has gone,
// nothing is fetched, and it is not an outage.
func TestTurnsOnlyForThoseThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, f := spent(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		_, err := f.Await(ctx, map[string]string{"company": "real1"}, "https://real1.auth.example")
		if !errors.Is(err, keyring.ErrTenantLimit) {
			t.Errorf("%v", err)
		}
		time.Sleep(time.Minute)
		if names := o.since(); len(names) != 0 {
			t.Errorf("fetched %q", names)
		}
	})
}

// TestWaitForATurn: a request waits at most 5 s for the turn of its tenant, and at
// most 8 s in all.
func TestWaitForATurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, f := spent(t)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 20 {
			name := fmt.Sprint("fake", i)
			wg.Go(func() {
				_, err := ask(t, f, o.tenants, name)
				if took := time.Since(start); took > 5*time.Second || !errors.Is(err, keyring.ErrUnknownKey) {
					t.Errorf("%s: %v after %v", name, err, took)
				}
			})
		}
		wg.Wait()
		if n := len(o.since()); n < 4 || n > 6 {
			t.Errorf("%d tenants in 5 s", n)
		}
		for i := range 3 {
			wg.Go(func() { ask(t, f, o.tenants, fmt.Sprint("fake", i)) })
		}
		time.Sleep(time.Second / 2)
		start = time.Now()
		_, err := ask(t, f, o.tenants, "bad1") // whose issuer hangs
		if took := time.Since(start); took > 8*time.Second || !errors.Is(err, keyring.ErrUnavailable) {
			t.Errorf("%v after %v", err, took)
		}
		wg.Wait()
		time.Sleep(10 * time.Second)
	})
}

// TestBoundOfThoseThatWait: beyond the bound a request is rejected at once, unless
// there is one that would be served after it.
func TestBoundOfThoseThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, f := spent(t)
		var wg sync.WaitGroup
		start := time.Now()
		waited := make([]time.Duration, 1100)
		for i := range waited {
			wg.Go(func() {
				ask(t, f, o.tenants, fmt.Sprint("fake", i))
				waited[i] = time.Since(start)
			})
		}
		synctest.Wait()
		// The first request is one too many, the second gives the tenant a higher
		// rank than those that wait.
		if _, err := ask(t, f, o.tenants, "real1"); !errors.Is(err, keyring.ErrTenantLimit) ||
			time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		time.Sleep(time.Second / 2)
		if ok, err := ask(t, f, o.tenants, "real1"); !ok || time.Since(start) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		wg.Wait()
		slices.Sort(waited)
		atOnce, _ := slices.BinarySearch(waited, time.Millisecond)
		if atOnce != 1100-1024 {
			t.Errorf("%d rejected at once", atOnce)
		}
		if names := o.since(); names[0] != "real1" {
			t.Errorf("fetched %q", names[:1])
		}
	})
}

// TestOwnRequestsMakeNoRoom: a tenant's second request does not take the place of
// its first one.
func TestOwnRequestsMakeNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, f := spent(t)
		var wg sync.WaitGroup
		for i := range 1023 {
			wg.Go(func() { ask(t, f, o.tenants, fmt.Sprint("fake", i)) })
		}
		synctest.Wait()
		for range 2 {
			wg.Go(func() {
				if ok, err := ask(t, f, o.tenants, "real1"); !ok {
					t.Error(err)
				}
			})
			time.Sleep(time.Second / 2)
		}
		wg.Wait()
	})
}
