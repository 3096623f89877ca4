package redisstore_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

// memory is a map with a mutex, for scale.
type memory struct {
	mu   sync.Mutex
	used map[[32]byte]time.Time
}

func (m *memory) First(_ context.Context, key [32]byte, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.used[key]
	m.used[key] = until
	return !known, nil
}

// BenchmarkFirst measures calls with new keys: how many there are in a second, and how
// long half of them take, and 99 of 100.
func BenchmarkFirst(b *testing.B) {
	server := func(enabled bool) func(*testing.B) ReplayStore {
		return func(b *testing.B) ReplayStore {
			client := newClient(b, &redis.Options{Addr: startServer(b).addr, ContextTimeoutEnabled: enabled})
			return redisstore.New(client, redisstore.Options{Timeout: patience})
		}
	}
	for _, store := range []struct {
		name  string
		start func(*testing.B) ReplayStore
	}{
		{"map", func(*testing.B) ReplayStore { return &memory{used: map[[32]byte]time.Time{}} }},
		{"redis", server(true)},
		{"redis,ContextTimeoutEnabled=false", server(false)},
	} {
		for _, goroutines := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/goroutines=%d", store.name, goroutines), func(b *testing.B) {
				measure(b, store.start(b), goroutines)
			})
		}
	}
}

// measure calls First b.N times in a number of goroutines.
func measure(b *testing.B, store ReplayStore, goroutines int) {
	var calls atomic.Int64
	took := make([][]time.Duration, goroutines)
	until := time.Now().Add(time.Hour)
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for g := range goroutines {
		all.Go(func() {
			key := newKey()
			for i := calls.Add(1); i <= int64(b.N); i = calls.Add(1) {
				for place := range 8 {
					key[place] = byte(i >> (8 * place))
				}
				begin := time.Now()
				if ok, err := store.First(b.Context(), key, until); !ok || err != nil {
					b.Errorf("First = %v, %v", ok, err)
				}
				took[g] = append(took[g], time.Since(begin))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	sorted := slices.Concat(took...)
	slices.Sort(sorted)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(sorted[len(sorted)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(sorted[len(sorted)*99/100].Microseconds()), "p99-µs")
}
