package tokencache_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// token returns the i-th token. It is as long as one that is signed with RS256, and like
// such tokens it differs from others only in some places.
func token(i int) string {
	b := []byte(strings.Repeat("eyJhbGciOiJSUzI1NiIs", 47)[:935])
	copy(b[300:], fmt.Sprintf("%012d", i))
	copy(b[800:], fmt.Sprintf("%012x", i*7919))
	return string(b)
}

func tokens(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = token(i)
	}
	return all
}

func TestCache(t *testing.T) {
	type cache = tokencache.Cache[int]
	long := strings.Repeat("a", 16<<10)

	tests := []struct {
		name  string
		bound int
		do    func(*cache)
		want  map[string]int // what Get finds
		not   []string       // what it does not
		len   int
	}{
		{"empty", 8, func(c *cache) {}, nil, []string{"", "a"}, 0},
		{"stored", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
		}, map[string]int{"a": 1, "b": 2}, []string{"c", "", "ab"}, 2},
		{"the empty string is stored like any token", 8, func(c *cache) {
			c.Put("", 1, 0, 10, 5)
		}, map[string]int{"": 1}, []string{"a"}, 1},
		{"the whole token is compared", 8, func(c *cache) {
			c.Put(long+"a", 1, 0, 10, 5)
		}, map[string]int{long + "a": 1}, []string{long, long + "b", "b" + long[1:] + "a", long + "aa"}, 1},
		{"stored twice", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("a", 2, 0, 10, 5)
		}, map[string]int{"a": 1}, nil, 1},
		{"expired before it was stored", 8, func(c *cache) {
			c.Put("a", 1, 0, 5, 5)
			c.Put("b", 1, 0, 4, 5)
			c.Put("c", 1, 0, math.MinInt64, 5)
		}, nil, []string{"a", "b", "c"}, 0},
		{"never expires", 8, func(c *cache) {
			c.Put("a", 1, 0, math.MaxInt64, 5)
			c.Put("b", 2, 0, math.MaxInt64, math.MaxInt64-1)
		}, map[string]int{"a": 1, "b": 2}, nil, 2},
		{"a put removes expired entries", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 11, 5)
			c.Put("c", 3, 0, 12, 5)
			c.Put("d", 4, 0, 20, 11)
		}, map[string]int{"c": 3, "d": 4}, []string{"a", "b"}, 2},
		{"a second put changes nothing", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 30, 5)
			c.Put("a", 3, 0, 30, 5)
			c.Put("b", 4, 0, 10, 5)
			c.Put("c", 5, 0, 30, 15)
		}, map[string]int{"b": 2, "c": 5}, []string{"a"}, 2},
		{"expired entries are evicted before unused ones", 2, func(c *cache) {
			c.Put("old", 1, 0, 30, 5)
			c.Put("expired", 2, 0, 10, 5)
			c.Get("expired")
			c.Put("new", 3, 0, 30, 10)
		}, map[string]int{"old": 1, "new": 3}, []string{"expired"}, 2},
		{"a clock set back", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 9)
			c.Put("b", 2, 0, 8, 3)
			c.Put("c", 3, 0, 30, 9)
		}, map[string]int{"a": 1, "c": 3}, []string{"b"}, 2},
		{"a used entry outlives one that was not used", 3, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
			c.Put("c", 3, 0, 10, 5)
			c.Get("a")
			c.Put("d", 4, 0, 10, 5)
		}, map[string]int{"a": 1, "c": 3, "d": 4}, []string{"b"}, 3},
		{"all entries were used", 3, func(c *cache) {
			for i, k := range []string{"a", "b", "c"} {
				c.Put(k, i, 0, 10, 5)
				c.Get(k)
			}
			c.Put("d", 3, 0, 10, 5)
		}, map[string]int{"b": 1, "c": 2, "d": 3}, []string{"a"}, 3},
		{"a second put does not count as a first one", 3, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
			c.Put("c", 3, 0, 10, 5)
			c.Get("a")
			c.Put("a", 4, 0, 10, 5)
			c.Put("d", 5, 0, 10, 5)
		}, map[string]int{"a": 1, "c": 3, "d": 5}, []string{"b"}, 3},
		{"a bound of one", 1, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Get("a")
			c.Put("b", 2, 0, 10, 5)
		}, map[string]int{"b": 2}, []string{"a"}, 1},
		{"deleted", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
			c.Delete("a")
			c.Delete("a")
			c.Delete("c")
		}, map[string]int{"b": 2}, []string{"a", "c"}, 1},
		{"a deleted entry makes room", 2, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
			c.Delete("b")
			c.Put("c", 3, 0, 10, 5)
		}, map[string]int{"a": 1, "c": 3}, []string{"b"}, 2},
		{"purged", 8, func(c *cache) {
			c.Put("a", 1, 0, 10, 5)
			c.Purge()
		}, nil, []string{"a"}, 0},
		{"purged and used again", 2, func(c *cache) {
			c.Purge()
			c.Put("a", 1, 0, 10, 5)
			c.Put("b", 2, 0, 10, 5)
			c.Purge()
			c.Delete("a")
			c.Put("b", 3, 0, 10, 5)
			c.Put("c", 4, 0, 10, 5)
		}, map[string]int{"b": 3, "c": 4}, []string{"a"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tokencache.New[int](tt.bound, anyBytes)
			tt.do(c)
			if got := c.Len(); got != tt.len {
				t.Errorf("Len() = %d, want %d", got, tt.len)
			}
			for k, want := range tt.want {
				if got, ok := c.Get(k); !ok || got != want {
					t.Errorf("Get(%.10q) = %d, %t, want %d, true", k, got, ok, want)
				}
			}
			for _, k := range tt.not {
				if got, ok := c.Get(k); ok || got != 0 {
					t.Errorf("Get(%.10q) = %d, %t, want 0, false", k, got, ok)
				}
			}
		})
	}
}

func TestNewPanics(t *testing.T) {
	for _, bound := range []int{0, -1, math.MinInt} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%d) did not panic", bound)
				}
			}()
			tokencache.New[int](bound, anyBytes)
		}()
	}
}

// TestModel does the same random operations on a cache and on a map and compares them. An
// entry may be evicted only if the cache is full, and is then removed from the map too.
func TestModel(t *testing.T) {
	type stored struct {
		value   int
		expires int64
	}
	for _, bound := range []int{1, 2, 3, 7, 64, 300} {
		t.Run(fmt.Sprintf("bound %d", bound), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(6, uint64(bound)))
			c := tokencache.New[int](bound, anyBytes)
			model := map[string]stored{}
			keys := tokens(2 * bound)
			now := int64(1000)
			evicted, expired := 0, 0

			put := func(k string, value int, expires int64) {
				got := c.Put(k, value, 0, expires, now)
				if expires <= now {
					return
				}
				for k, m := range model {
					if m.expires <= now {
						delete(model, k)
						expired++
					}
				}
				if m, ok := model[k]; ok {
					value, expires = m.value, m.expires
				}
				if got != value {
					t.Fatalf("Put = %d, want %d", got, value)
				}
				model[k] = stored{value, expires}
				if len(model) <= bound {
					return
				}
				for other := range model {
					if _, ok := c.Get(other); !ok {
						delete(model, other)
						evicted++
					}
				}
				if _, ok := model[k]; !ok || len(model) != bound {
					t.Fatalf("a put left %d of %d entries, its own %t", len(model), bound, ok)
				}
			}
			for step := range 10_000 {
				k := keys[rnd.IntN(len(keys))]
				switch p := rnd.IntN(1000); {
				case p < 200:
					put(k, step, now+int64(rnd.IntN(20*bound))-2)
				case p < 900:
					got, ok := c.Get(k)
					if want, had := model[k]; ok != had || got != want.value {
						t.Fatalf("step %d: Get = %d, %t, want %d, %t", step, got, ok, want.value, had)
					}
				case p < 950:
					c.Delete(k)
					delete(model, k)
				case p < 999:
					now += int64(rnd.IntN(20))
				case rnd.IntN(4) == 0:
					c.Purge()
					clear(model)
				}
				if got := c.Len(); got != len(model) {
					t.Fatalf("step %d: Len() = %d, want %d", step, got, len(model))
				}
			}
			if evicted < 20 || expired < 20 {
				t.Errorf("%d evicted, %d expired: the test tests too little", evicted, expired)
			}
		})
	}
}

func TestExpiredAreDropped(t *testing.T) {
	const n, more = 10_000, 2000
	c := tokencache.New[int](2*n, anyBytes)
	all := tokens(n + more)
	for _, k := range all[:n] {
		c.Put(k, 1, 0, 100, 50)
	}
	if got := c.Len(); got != n {
		t.Fatalf("Len() = %d, want %d", got, n)
	}
	for _, k := range all[n:] { // enough to come to each shard
		c.Put(k, 1, 0, 200, 100)
	}
	if got := c.Len(); got != more {
		t.Errorf("Len() = %d after the expiry of all but %d", got, more)
	}
}
