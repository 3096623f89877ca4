package replay_test

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

const (
	mega = 1 << 20
	life = 90 * time.Second // of a proof
	rate = 20_000           // proofs in a second
)

// start is the time at which the tests begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// key returns a thumbprint that is different for each i.
func key(i int) (k [32]byte) {
	binary.LittleEndian.PutUint64(k[:], uint64(i))
	return k
}

// names are identifiers as long as a UUID, made before the measurement.
var names = func() []string {
	all := make([]string, 1<<12)
	for i := range all {
		all[i] = fmt.Sprintf("0f8fad5b-d9cb-469f-a165-%012x", i)
	}
	return all
}()

// proof returns the key and the identifier of the i-th of many different proofs.
func proof(i int) ([32]byte, string) { return key(i / len(names)), names[i%len(names)] }

// at returns the time of the i-th proof.
func at(i int) time.Time { return start.Add(time.Duration(i) * time.Second / rate) }

// BenchmarkFresh measures a new proof while as many expire, with 1.8 million live ones.
func BenchmarkFresh(b *testing.B) {
	m := replay.New(128 * mega)
	i := 0
	next := func() {
		k, id := proof(i)
		now := at(i)
		if m.First(k, id, now.Add(life), now) != replay.Fresh {
			b.Fatal("not fresh")
		}
		i++
	}
	for range 2 * rate * 90 {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
}

// BenchmarkFreshFew measures a new proof with 9,000 live ones.
func BenchmarkFreshFew(b *testing.B) {
	m := replay.New(128 * mega)
	i := 0
	next := func() {
		k, id := proof(i)
		now := at(200 * i)
		if m.First(k, id, now.Add(life), now) != replay.Fresh {
			b.Fatal("not fresh")
		}
		i++
	}
	for range 100_000 {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
}

// BenchmarkSeen measures replays of a million proofs.
func BenchmarkSeen(b *testing.B) {
	const n = 1_000_000
	m := replay.New(128 * mega)
	for i := range n {
		k, id := proof(i)
		m.First(k, id, start.Add(life), start)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k, id := proof(i % n)
		if m.First(k, id, start.Add(life), start) != replay.Seen {
			b.Fatal("not seen")
		}
	}
}

// BenchmarkFull measures new proofs when there is no room.
func BenchmarkFull(b *testing.B) {
	m := replay.New(128 * mega)
	i := 0
	for range 6_000_000 {
		k, id := proof(i)
		m.First(k, id, start.Add(life), start)
		i++
	}
	b.ReportAllocs()
	for b.Loop() {
		k, id := proof(i)
		if m.First(k, id, start.Add(life), start) != replay.Full {
			b.Fatal("not full")
		}
		i++
	}
}

// BenchmarkParallel measures new proofs from all cores, of one client and of many. Run it
// with -cpu 1,2: two cores should take at most 1/1.8 of the time of one.
func BenchmarkParallel(b *testing.B) {
	all := longNames()
	for _, clients := range []int{1, 1000} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			m := replay.New(128 * mega)
			var worker atomic.Int64
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				// Each worker has its own names. They come again when they have expired.
				own := all[int(worker.Add(1)-1)%len(all)]
				for i := 0; pb.Next(); i++ {
					now := at(20 * i)
					if m.First(key(i%clients), own[i%len(own)], now.Add(life), now) != replay.Fresh {
						b.Error("not fresh")
						return
					}
				}
			})
		})
	}
}

// longNames returns identifiers for up to eight workers, for more than the life of a
// proof at a thousand a second.
func longNames() (all [8][]string) {
	for w := range all {
		for i := range 100_000 {
			all[w] = append(all[w], fmt.Sprintf("0f8fad5b-%04x-469f-a165-%012x", w, i))
		}
	}
	return all
}

// BenchmarkSweep measures the longest that a call holds the lock of a shard: the sweep of
// a full table of the usual size, half of whose entries have expired.
func BenchmarkSweep(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		m := replay.New(replay.OneShard)
		for i := range m.Capacity() {
			m.First(key(i), "", after(float64(10+i%2*100)), start)
		}
		b.StartTimer()
		if m.First(key(-1), "", after(110), after(20)) != replay.Fresh {
			b.Fatal("not fresh")
		}
	}
}
