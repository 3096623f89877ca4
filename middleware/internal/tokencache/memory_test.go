// The race detector changes what is allocated and for how long.

//go:build !race

package tokencache_test

import (
	"encoding/binary"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

func TestAllocs(t *testing.T) {
	const bound = 2500
	c := tokencache.New[*int](bound, anyBytes)
	all := tokens(4 * bound)
	v := new(int)
	for _, k := range all {
		c.Put(k, v, 0, never, 0)
	}
	i := 0
	tests := []struct {
		name string
		max  float64
		do   func()
	}{
		{"hit", 0, func() { c.Get(all[len(all)-1]) }},
		{"miss", 0, func() { c.Get("no such token") }},
		{"delete", 0, func() { c.Delete("no such token") }},
		{"put of a stored token: its entry", 1, func() { c.Put(all[len(all)-1], v, 0, never, 0) }},
		{"put with an eviction: its entry", 1, func() {
			c.Put(all[i%len(all)], v, 0, never, 0)
			i++
		}},
		{"put of an expired token", 0, func() { c.Put("expired", v, 0, 1, 1) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := testing.AllocsPerRun(2000, tt.do); got > tt.max {
				t.Errorf("%v allocations, want at most %v", got, tt.max)
			}
		})
	}
}

// TestEmptyIsSmall checks that an empty cache with a large bound takes little memory.
func TestEmptyIsSmall(t *testing.T) {
	before := heap()
	c := tokencache.New[int](1_000_000, anyBytes)
	if got := heap() - before; got > 200<<10 {
		t.Errorf("an empty cache for a million tokens takes %d bytes", got)
	}
	runtime.KeepAlive(c)
}

// TestMemory stores many more distinct tokens than fit, from several goroutines, and
// checks the number of entries and the memory in use.
func TestMemory(t *testing.T) {
	const (
		bound   = 5003 // shards of unequal size
		workers = 4
		length  = 935
	)
	distinct := 1_000_000
	if testing.Short() {
		distinct = 100_000
	}
	type value [700]byte

	before := heap()
	c := tokencache.New[*value](bound, anyBytes)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			token := []byte(strings.Repeat("x", length))
			for i := range distinct / workers {
				binary.BigEndian.PutUint64(token[600:], uint64(w*distinct+i))
				c.Put(string(token), new(value), 0, never, 0)
				if i%100 == 0 {
					if n := c.Len(); n > bound {
						t.Errorf("Len() = %d with a bound of %d", n, bound)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if got := c.Len(); got != bound {
		t.Errorf("Len() = %d after %d tokens, want %d", got, distinct, bound)
	}
	per := (heap() - before) / bound
	t.Logf("%d bytes per entry: %d of the token, %d of the value", per, length, len(value{}))
	if per > length+1024 {
		t.Errorf("an entry takes %d bytes, want at most %d", per, length+1024)
	}

	c.Purge()
	if left := heap() - before; left > 64<<10 {
		t.Errorf("%d bytes are left on the heap after Purge", left)
	}
	runtime.KeepAlive(c)
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // what sync.Pools held back
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
