// These tests measure the heap, which the race detector changes.

//go:build !race

package tokencache_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// TestAllocatedBoundsTheAllocator compares the estimate with what the allocator gives
// to slices that grow, which are rounded up like all objects.
func TestAllocatedBoundsTheAllocator(t *testing.T) {
	for n := 1; n < 100_000; n += 1 + n/300 {
		bytes := cap(slices.Grow([]byte(nil), n))
		pointers := 8 * cap(slices.Grow([]*int(nil), (n+7)/8))
		got := tokencache.Allocated(n)
		if got < bytes || tokencache.Allocated(n+7) < pointers {
			t.Errorf("%d bytes count as %d, the allocator takes %d, and %d with pointers", n, got, bytes, pointers)
		}
		if got > bytes+bytes/4+16 {
			t.Errorf("%d bytes count as %d, and the allocator takes no more than %d", n, got, bytes)
		}
	}
	if got := uintptr(tokencache.SlotBytes); got != tokencache.SlotSize() {
		t.Errorf("a slot counts as %d bytes and has %d", got, tokencache.SlotSize())
	}
	if got := uintptr(tokencache.BucketBytes); got != tokencache.BucketSize() {
		t.Errorf("a bucket counts as %d bytes and has %d", got, tokencache.BucketSize())
	}
}

// TestBytesAreCounted does random operations with entries of all sizes. Bytes must be
// the sum of the entries that are there and of the tables, and never above the bound.
func TestBytesAreCounted(t *testing.T) {
	for _, c := range []struct{ entries, bytes int }{
		{1, 10}, {1, 100}, {10, 100_000}, {1000, 200_000},
		{10_000, 1 << 20}, {1_000_000, 10 << 20}, {5000, 100 << 20},
	} {
		t.Run(fmt.Sprintf("%d entries, %d bytes", c.entries, c.bytes), func(t *testing.T) {
			cache := tokencache.New[int](c.entries, c.bytes)
			rnd := rand.New(rand.NewPCG(7, uint64(c.bytes)))
			sizes := map[string]int{}
			all := tokens(2000)
			now, stored, large := int64(0), 0, 0
			for step := range 20_000 {
				k := all[rnd.IntN(len(all))]
				k = k[:1+rnd.IntN(len(k))]
				switch p := rnd.IntN(100); {
				case p < 80:
					size := rnd.IntN(1 + rnd.IntN(1+2*cache.Largest()))
					before := cache.Bytes()
					if _, ok := cache.Get(k); ok {
						size = sizes[k]
					}
					cache.Put(k, 0, size, now+1+int64(rnd.IntN(1000)), now)
					sizes[k] = size
					if _, ok := cache.Get(k); ok {
						stored++
					} else {
						large++
						if size+len(k) < cache.Largest()/2 && cache.Largest() > 10_000 {
							t.Fatalf("step %d: %d bytes are not stored where %d may be", step, size, cache.Largest())
						}
						if cache.Bytes() > before {
							t.Fatalf("step %d: an entry that is not stored counts", step)
						}
					}
				case p < 90:
					cache.Get(k)
				case p < 95:
					cache.Delete(k)
				case p < 99:
					now += int64(rnd.IntN(20))
				case rnd.IntN(20) == 0:
					cache.Purge()
				}
				if got := cache.Bytes(); got > c.bytes {
					t.Fatalf("step %d: %d bytes with a bound of %d", step, got, c.bytes)
				}
				if n := cache.Len(); n > c.entries {
					t.Fatalf("step %d: %d entries with a bound of %d", step, n, c.entries)
				}
			}
			want := cache.Tables()
			for k, size := range sizes {
				if _, ok := cache.Get(k); ok {
					// An entry, its token, its value.
					want += tokencache.Allocated(48) + tokencache.Allocated(len(k)) + size
				}
			}
			if got := cache.Bytes(); got != want {
				t.Errorf("Bytes() = %d, want %d", got, want)
			}
			if large == 0 || stored == 0 && c.bytes > 10_000 {
				t.Errorf("%d entries were stored and %d were too large: the test tests too little", stored, large)
			}
			for k := range sizes {
				cache.Delete(k)
			}
			if got := cache.Bytes(); got != cache.Tables() {
				t.Errorf("Bytes() = %d when all were deleted, want %d of the tables", got, cache.Tables())
			}
			cache.Purge()
			if got := cache.Bytes(); got != 0 {
				t.Errorf("Bytes() = %d after Purge", got)
			}
		})
	}
}

// TestHeapIsAsCounted fills caches of several bounds and measures the heap.
func TestHeapIsAsCounted(t *testing.T) {
	for _, c := range []struct{ entries, bytes, length, value int }{
		{10_000, 64 << 20, 935, 900},
		{10_000, 16 << 20, 935, 900},
		{10_000, 16 << 20, 16 << 10, 200 << 10},
		{10_000, 16 << 20, 16 << 10, 12 << 10},
		{1_000_000, 32 << 20, 300, 700},
		{100, 1 << 20, 300, 700},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			before := heap()
			cache := tokencache.New[[]byte](c.entries, c.bytes)
			for i := range min(c.entries, 2*c.bytes/(c.length+c.value)) + 1000 {
				token := fmt.Sprint(i, strings.Repeat("x", c.length))
				value := make([]byte, c.value)
				cache.Put(token, value, tokencache.Allocated(c.value), never, 0)
			}
			got, counted := int(heap()-before), cache.Bytes()
			t.Logf("%d entries: %d bytes on the heap, %d counted", cache.Len(), got, counted)
			if got > counted || counted > c.bytes {
				t.Errorf("%d bytes on the heap, %d counted, bound %d", got, counted, c.bytes)
			}
			if counted > got+got/4 {
				t.Errorf("%d bytes counted, and %d on the heap", counted, got)
			}
			runtime.KeepAlive(cache)
		})
	}
}

// TestOneCopyOfAToken stores a token repeatedly, each time with a copy of its own, as
// parallel requests do.
func TestOneCopyOfAToken(t *testing.T) {
	const length = 1 << 20
	cache := tokencache.New[*[length]byte](10, anyBytes)
	before := heap()
	var first *[length]byte
	for i := range 5 {
		token := strings.Repeat("x", length)
		v := cache.Put(token, new([length]byte), length, never, 0)
		if i == 0 {
			first = v
		} else if v != first {
			t.Error("Put returns another value than the one that is stored")
		}
	}
	if got := heap() - before; got > 2*length+64<<10 {
		t.Errorf("%d bytes on the heap for a token and a value of %d each", got, length)
	}
	runtime.KeepAlive(cache)
}

// TestFloodOfLargeTokens checks that large tokens that are used once do not evict those
// that are used repeatedly, with the bytes as the bound that is reached.
func TestFloodOfLargeTokens(t *testing.T) {
	const hot = 4000
	for _, size := range []int{16 << 10, 150 << 10, 700 << 10, 10 << 20} {
		c := tokencache.New[int](10_000, 64<<20)
		known := tokens(hot)
		for i, k := range known {
			c.Put(k, i, 2000, never, 0)
			c.Get(k)
		}
		lost := 0
		for round := range 10 {
			for i, k := range known {
				if _, ok := c.Get(k); !ok {
					lost++
					c.Put(k, i, 2000, never, 0)
				}
			}
			for i := range 2000 {
				c.Put(fmt.Sprintf("once %d %d", round, i), 0, size, never, 0)
			}
		}
		t.Logf("%d bytes: %d of %d hits lost", size, lost, 10*hot)
		if lost > 10*hot/100 {
			t.Errorf("%d of %d hits were lost to tokens of %d bytes used once", lost, 10*hot, size)
		}
	}
}
