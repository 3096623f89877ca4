package tokencache_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

const (
	never    = 1 << 40 // an expiry beyond all clocks in these tests
	anyBytes = math.MaxInt
	bound    = 16384
)

// BenchmarkGet measures a hit. Run it with -cpu 1,2 to see whether cores slow each other
// down: with one token they all read the same entry.
func BenchmarkGet(b *testing.B) {
	for _, n := range []int{1, 1000, 10_000} {
		b.Run(fmt.Sprintf("tokens=%d", n), func(b *testing.B) {
			c := tokencache.New[*int](bound, anyBytes)
			all := tokens(n)
			for _, k := range all {
				c.Put(k, new(int), 0, never, 0)
			}
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := rand.IntN(n); pb.Next(); i++ {
					if _, ok := c.Get(all[i%n]); !ok {
						b.Error("a miss")
						return
					}
				}
			})
		})
	}
}

func BenchmarkGetMiss(b *testing.B) {
	c := tokencache.New[*int](bound, anyBytes)
	all := tokens(bound)
	for _, k := range all[1000:] {
		c.Put(k, new(int), 0, never, 0)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			c.Get(all[i%1000])
		}
	})
}

// BenchmarkPut measures an insert that evicts another entry, as every insert does under
// a flood of distinct tokens.
func BenchmarkPut(b *testing.B) {
	c := tokencache.New[*int](bound, anyBytes)
	all := tokens(4 * bound)
	for _, k := range all {
		c.Put(k, new(int), 0, never, 0)
	}
	v := new(int)
	var worker atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := int(worker.Add(1)) * bound; pb.Next(); i++ {
			c.Put(all[i%len(all)], v, 0, never, 0)
		}
	})
}
