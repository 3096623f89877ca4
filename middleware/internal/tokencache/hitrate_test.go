// These tests use one goroutine, where the race detector would only be slow.

//go:build !race

package tokencache_test

import (
	"container/list"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// A client uses a token for some time and then gets another. Times are counted in
// requests. There are as many requests in a second as there are clients.
type client struct {
	token   string
	expires int64 // second
	renew   int   // request
}

// valueBytes is what the value of a token counts.
const valueBytes = 2000

// load simulates clients of which few send most requests (Zipf, exponent 1). It returns
// the percentage of hits in a Cache, in an LRU list of the same bound, and in a cache
// without a bound. A client gets a new token after half to nearly all of the lifetime of
// 60 seconds. once is the share of requests with a token that is used only once.
func load(c *tokencache.Cache[int], bound, clients int, once float64) (cache, lru, unbounded float64) {
	const life, seconds = 60, 300
	rnd := rand.New(rand.NewPCG(uint64(clients), 9))
	upTo := make([]float64, clients)
	sum := 0.0
	for i := range upTo {
		sum += 1 / float64(i+1)
		upTo[i] = sum
	}
	all := make([]client, clients)
	l := lruList{bound, list.New(), map[string]*list.Element{}}
	seen := map[string]bool{}

	var hits [3]int
	from, end := life*clients, seconds*clients
	for t := range end {
		now := int64(t / clients)
		k, expires := fmt.Sprint("once ", t), now+life
		if rnd.Float64() >= once {
			cl := &all[sort.SearchFloat64s(upTo, rnd.Float64()*sum)]
			if t >= cl.renew {
				*cl = client{fmt.Sprint("token ", t), expires, t + int(float64(life*clients)*(0.5+0.48*rnd.Float64()))}
			}
			k, expires = cl.token, cl.expires
		}
		_, hit := c.Get(k)
		if !hit {
			c.Put(k, t, valueBytes, expires, now)
		}
		for i, hit := range []bool{hit, l.use(k), seen[k]} {
			if hit && t >= from {
				hits[i]++
			}
		}
		seen[k] = true
	}
	share := func(i int) float64 { return 100 * float64(hits[i]) / float64(end-from) }
	return share(0), share(1), share(2)
}

type lruList struct {
	bound int
	order *list.List
	at    map[string]*list.Element
}

func (l lruList) use(k string) bool {
	if e, ok := l.at[k]; ok {
		l.order.MoveToFront(e)
		return true
	}
	if len(l.at) == l.bound {
		delete(l.at, l.order.Remove(l.order.Back()).(string))
	}
	l.at[k] = l.order.PushFront(k)
	return false
}

// TestHitRate compares the eviction with LRU. The limits are what was measured, with a
// small margin for the random seed.
func TestHitRate(t *testing.T) {
	const bound = 2500
	tests := []struct {
		name    string
		clients int
		once    float64
		most    float64 // points lost against no bound
		overLRU float64 // points won over LRU
	}{
		{name: "a quarter full", clients: bound / 4, most: 0, overLRU: 0},
		{name: "full of tokens in use and tokens that clients replaced", clients: bound * 6 / 10, most: 0.2,
			overLRU: -0.2},
		{name: "as many clients as entries", clients: bound, most: 2.1, overLRU: -1},
		{name: "twice as many", clients: 2 * bound, most: 9.5, overLRU: 0.2},
		{name: "half full, half of the requests with tokens used once", clients: bound / 2, once: 0.5, most: 2,
			overLRU: 4},
		{name: "full, a tenth of the requests with tokens used once", clients: bound, once: 0.1, most: 3.5,
			overLRU: 2.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, c := range map[string]*tokencache.Cache[int]{
				"entries": tokencache.New[int](bound, anyBytes),
				"bytes":   tokencache.New[int](10*bound, bound*(valueBytes+230)),
			} {
				cache, lru, unbounded := load(c, bound, tt.clients, tt.once)
				t.Logf("bound in %s, hits: %.2f%%, LRU %.2f%%, without a bound %.2f%%", name, cache, lru, unbounded)
				if n := c.Len(); n > bound+bound/100 {
					t.Errorf("bound in %s: %d entries, and %d are compared with", name, n, bound)
				}
				if lost := unbounded - cache; lost > tt.most || math.IsNaN(lost) {
					t.Errorf("bound in %s: %.2f points of hits lost to it, want at most %.2f", name, lost, tt.most)
				}
				if won := cache - lru; won < tt.overLRU {
					t.Errorf("bound in %s: %.2f points of hits more than LRU, want at least %.2f", name, won, tt.overLRU)
				}
			}
		})
	}
}

// TestFlood checks that tokens that are used once do not evict those that are used
// repeatedly, even if many of them come between two uses.
func TestFlood(t *testing.T) {
	const bound, hot = 4096, 2048
	c := tokencache.New[int](bound, anyBytes)
	known := tokens(hot)
	for i, k := range known {
		c.Put(k, i, 0, never, 0)
	}
	lost := 0
	for round := range 10 {
		for i, k := range known {
			if _, ok := c.Get(k); !ok {
				lost++
				c.Put(k, i, 0, never, 0)
			}
		}
		for i := range 2 * bound {
			c.Put(fmt.Sprintf("once %d %d", round, i), 0, 0, never, 0)
		}
	}
	if lost > 10*hot/100 {
		t.Errorf("%d of %d hits were lost to tokens used once", lost, 10*hot)
	}
}
