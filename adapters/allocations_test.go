//go:build !race

// The race detector makes sync.Pool drop values at random, and the frameworks keep
// their contexts in pools.

package adapters_test

import (
	"net/http"
	"testing"
)

// TestAllocations limits what a guard adds to a request with a cached token: three
// allocations at most, and at most one more than the guard of net/http.
func TestAllocations(t *testing.T) {
	all, r := cached(t)
	w := &discard{http.Header{}}
	count := func(h http.Handler) float64 {
		return testing.AllocsPerRun(200, func() { h.ServeHTTP(w, r) })
	}
	var first float64
	for i, a := range all {
		guarded, open := count(a.guarded), count(a.withoutGuard)
		added := guarded - open
		t.Logf("%s: %v allocations, %v of them the guard's", a.name, guarded, added)
		if i == 0 {
			first = guarded
		}
		if added > 3 {
			t.Errorf("%s: the guard adds %v allocations", a.name, added)
		}
		if guarded > first+1 {
			t.Errorf("%s: %v allocations, %s has %v", a.name, guarded, all[0].name, first)
		}
	}
}
