package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestMemoryOfMadeUpNames: what is remembered of made-up names is bounded, with a
// register and without one.
func TestMemoryOfMadeUpNames(t *testing.T) {
	none := func(context.Context, map[string]string) (bool, error) { return false, nil }
	for _, c := range []struct {
		name   string
		exists func(context.Context, map[string]string) (bool, error)
		count  int
	}{{"without a register", nil, 60_000}, {"with a register", none, 200_000}} {
		virtual(t, c.name, func(t *testing.T) {
			f, err := keyring.NewTenants(keyring.Source{Issuer: "https://{company}.auth.example"}, 5, keyring.Options{
				Client: &http.Client{Transport: newTenants()}, Rand: half, TenantExists: c.exists,
			})
			if err != nil {
				t.Fatal(err)
			}
			s := newTenants()
			for i := range 10 {
				ask(t, f, s, fmt.Sprint("spend", i))
			}
			var wg sync.WaitGroup
			for i := range 1024 { // fill the places of requests that wait
				wg.Go(func() { ask(t, f, s, fmt.Sprint("fake", i)) })
			}
			synctest.Wait()
			before := heapBytes()
			for i := range c.count {
				name := fmt.Sprint("more", i)
				_, err := f.Await(t.Context(), map[string]string{"company": name}, "https://"+name+".auth.example")
				if !errors.Is(err, keyring.ErrUnknownKey) {
					t.Fatal(err)
				}
			}
			if grown := heapBytes() - before; grown > 2<<20 {
				t.Errorf("the heap grew by %d KiB", grown>>10)
			}
			wg.Wait()
			runtime.KeepAlive(f)
		})
	}
}

// TestManyRequestsForOneTenant: requests for one tenant cannot take all the places.
func TestManyRequestsForOneTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, f := spent(t)
		var wg sync.WaitGroup
		for range 5000 {
			wg.Go(func() { ask(t, f, o.tenants, "fake") })
		}
		synctest.Wait()
		if ok, err := ask(t, f, o.tenants, "real1"); !ok {
			t.Error(err)
		}
		wg.Wait()
	})
}

// TestClockSetBackDuringFlood: the time until the next fetch does not grow by the
// time by which the clock was set back.
func TestClockSetBackDuringFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		var back time.Duration
		f, err := keyring.NewTenants(keyring.Source{Issuer: "https://{company}.auth.example"}, 5, keyring.Options{
			Client: &http.Client{Transport: s}, Rand: half,
			Now: func() time.Time { return time.Now().Add(-back) },
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			ask(t, f, s, fmt.Sprint("fake", i))
		}
		back = time.Hour
		if ok, err := ask(t, f, s, "real1"); !ok {
			t.Error(err)
		}
	})
}

// TestTenantsThatLostTheirPlace: a tenant that had keys and lost them because of the
// bound gets them again in a flood of made-up names, with its first request.
func TestTenantsThatLostTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		f := ringsOf(t, s, 3)
		for i := range 10 {
			if ok, err := ask(t, f, s, fmt.Sprint("real", i)); !ok {
				t.Fatal(err)
			}
		}
		for range 2 {
			var wg sync.WaitGroup
			for i := range 2000 {
				wg.Go(func() { ask(t, f, s, fmt.Sprint("fake", i)) })
			}
			synctest.Wait()
			start := time.Now()
			for i := range 10 {
				if ok, err := ask(t, f, s, fmt.Sprint("real", i)); !ok || time.Since(start) != 0 {
					t.Errorf("%d: %v after %v", i, err, time.Since(start))
				}
			}
			if n, most := f.Kept(); n != 3 || most != 3 {
				t.Errorf("%d of %d", n, most)
			}
			wg.Wait()
		}
	})
}

// TestImportedTenant: a ring that got its keys by Import is kept, one without keys is
// not.
func TestImportedTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTenants()
		f, g := ringsOf(t, s, 3), ringsOf(t, s, 3)
		if ok, err := ask(t, f, s, "real1"); !ok {
			t.Fatal(err)
		}
		vars, iss := map[string]string{"company": "real1"}, "https://real1.auth.example"
		from, _ := f.Ring(vars, iss)
		exported, err := from.Export()
		if err != nil {
			t.Fatal(err)
		}
		to, err := g.Ring(vars, iss)
		if n, _ := g.Kept(); err != nil || n != 0 {
			t.Errorf("%v, %d kept before the import", err, n)
		}
		if err := to.Import(exported); err != nil {
			t.Fatal(err)
		}
		g.Keep(to)
		if ring, err := g.Await(t.Context(), vars, iss); ring != to || err != nil {
			t.Errorf("%v", err)
		}
	})
}
