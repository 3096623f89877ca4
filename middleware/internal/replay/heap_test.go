// These tests measure the heap, which the race detector changes.

//go:build !race

package replay_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// TestHeapStaysWithinTheLimit fills Memories until they are full, and measures the heap.
func TestHeapStaysWithinTheLimit(t *testing.T) {
	for _, bytes := range []int{20_000, 200_000, 1 * mega, 10 * mega, 128 * mega} {
		t.Run(fmt.Sprint(bytes), func(t *testing.T) {
			if bytes > 100*mega && testing.Short() {
				t.Skip("takes seconds")
			}
			before := heap()
			m := replay.New(bytes)
			for i := 0; m.Refused() < uint64(m.Capacity()/100+10); i++ {
				m.First(key(i), names[0], after(90), start)
			}
			got, counted := int(heap()-before), m.Bytes()
			t.Logf("%d entries: %d bytes on the heap, %d counted, %.1f for an entry",
				m.Len(), got, counted, float64(got)/float64(m.Len()))
			const others = 16 << 10 // what the test and its framework allocate meanwhile
			if counted > bytes || got > counted+others || got < counted*3/4-others {
				t.Errorf("%d bytes on the heap, %d counted, limit %d", got, counted, bytes)
			}
			runtime.KeepAlive(m)
		})
	}
}

// TestHeapFollowsTheEntries checks what a Memory takes when it is idle, when it holds
// few, and again after a flood.
func TestHeapFollowsTheEntries(t *testing.T) {
	const few, many = 100_000, 1_000_000
	for _, bytes := range []int{20 * mega, 128 * mega, 1024 * mega} {
		t.Run(fmt.Sprint(bytes), func(t *testing.T) {
			before := heap()
			m := replay.New(bytes)
			check := func(what string, most int) {
				t.Helper()
				got := int(heap() - before)
				t.Logf("%s: Len() = %d, %d bytes on the heap, %d counted", what, m.Len(), got, m.Bytes())
				if got > most {
					t.Errorf("%s: %d bytes on the heap, want at most %d", what, got, most)
				}
			}
			check("idle", 300_000)
			i := 0
			fill := func(n int, from, until float64) {
				for range n {
					k, id := proof(i)
					m.First(k, id, after(until), after(from))
					i++
				}
			}
			fill(few, 0, 90)
			check("100,000 live", 6_000_000)
			fill(many, 0, 90)
			// A request in a second is enough to give the memory back.
			for second := range 600 {
				fill(1, float64(100+second), float64(190+second))
			}
			check("after the flood", 250_000)
			runtime.KeepAlive(m)
		})
	}
}

func TestFirstAllocatesNothing(t *testing.T) {
	m := replay.New(mega)
	for i := range 5000 {
		k, id := proof(i)
		m.First(k, id, after(90), start)
	}
	i := 0
	long := strings.Repeat("x", 256)
	for _, tt := range []struct {
		name string
		do   func()
	}{
		{"replays", func() { m.First(key(0), names[7], after(90), start) }},
		{"long identifiers", func() { m.First(key(0), long, after(90), start) }},
		{"new proofs, of which old ones expire", func() {
			k, id := proof(i)
			m.First(k, id, after(float64(200+i/100)), after(float64(150+i/100)))
			i++
		}},
		{"the key of a shared store", func() { replay.Key(key(0), long) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 20_000 {
				tt.do()
			}
			if got := testing.AllocsPerRun(20_000, tt.do); got > 0 {
				t.Errorf("%v allocations", got)
			}
		})
	}
}

// TestSizesAreCounted compares what New assumes with what the allocator takes.
func TestSizesAreCounted(t *testing.T) {
	for name, s := range replay.Sizes {
		if s[0] != s[1] {
			t.Errorf("a %s counts as %d bytes and has %d", name, s[0], s[1])
		}
	}
	if s := replay.MemorySize; s[1] > s[0]*3/4 {
		t.Errorf("the Memory counts as %d bytes and has %d", s[0], s[1])
	}
	for n := 1; n < 200_000; n += 1 + n/300 {
		if got, takes := replay.Allocated(n), cap(append([]byte(nil), make([]byte, n)...)); got < takes {
			t.Errorf("%d bytes count as %d, the allocator takes %d", n, got, takes)
		}
		if f := replay.Fitting(n); f > 0 && replay.Allocated(f) > n || replay.Fitting(n) < n*3/4-16 {
			t.Errorf("%d bytes fit in %d, and count as %d", f, n, replay.Allocated(f))
		}
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // what sync.Pools held back
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
