package tokencache_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// TestParallel calls all methods from several goroutines, for the race detector too. No
// token may find the value of another, the bounds must hold at all times, and the table
// must be consistent afterwards.
func TestParallel(t *testing.T) {
	const bytes = 1 << 20
	for _, bound := range []int{1, 50, 3000} {
		c := tokencache.New[int](bound, bytes)
		all := tokens(2*bound + 10)
		var clock atomic.Int64
		var hits, misses atomic.Int64
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				rnd := rand.New(rand.NewPCG(uint64(w), uint64(bound)))
				for range 10_000 {
					i := rnd.IntN(rnd.IntN(len(all)) + 1)
					now := clock.Load()
					switch p := rnd.IntN(10_000); {
					case p < 3000:
						c.Put(all[i], i, i%3000, now+int64(rnd.IntN(100)), now)
					case p < 9000:
						got, ok := c.Get(all[i])
						if ok && got != i {
							t.Errorf("token %d got the value of %d", i, got)
						}
						if ok {
							hits.Add(1)
						} else {
							misses.Add(1)
						}
					case p < 9500:
						c.Delete(all[i])
					case p < 9900:
						if n := c.Len(); n > bound {
							t.Errorf("Len() = %d with a bound of %d", n, bound)
						}
						if n := c.Bytes(); n > bytes {
							t.Errorf("Bytes() = %d with a bound of %d", n, bytes)
						}
					case p < 9998:
						clock.Add(1)
					default:
						c.Purge()
					}
				}
			})
		}
		wg.Wait()
		if hits.Load() == 0 || misses.Load() == 0 {
			t.Errorf("bound %d: %d hits and %d misses: the test tests too little", bound, hits.Load(), misses.Load())
		}
		found := 0
		for _, k := range all {
			if _, ok := c.Get(k); ok {
				found++
			}
		}
		if n := c.Len(); found != n {
			t.Errorf("bound %d: Len() = %d, but %d can be found", bound, n, found)
		}
		for _, k := range all {
			c.Delete(k)
		}
		if n := c.Len(); n != 0 {
			t.Errorf("bound %d: Len() = %d after all were deleted", bound, n)
		}
	}
}
