package replay_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// TestModel does the same random calls on a Memory and on a map from proofs to the last
// second of their life, and compares the verdicts. Where the Memory is full, it must
// still know all proofs that it has admitted.
func TestModel(t *testing.T) {
	type proof struct {
		key int
		id  string
	}
	up := func(t time.Time) int64 { return t.Add(time.Second - 1).Unix() }
	for _, c := range []struct {
		bytes, keys, ids int
		life             int // the longest, in milliseconds
	}{
		{64 << 10, 3, 100, 20_000},    // one shard
		{64 << 10, 500, 200, 600_000}, // one shard, full
		{8 << 10, 1, 10_000, 120_000}, // one key over its share
		{2 << 20, 300, 100, 300_000},  // twelve shards that grow and shrink
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(3, uint64(c.bytes+c.ids)))
			m := replay.New(c.bytes)
			model := map[proof]int64{}
			latest := start
			count := map[replay.Verdict]int{}
			for step := range 200_000 {
				switch p := rnd.IntN(10_000); {
				case p < 2000:
					latest = latest.Add(time.Duration(rnd.IntN(50)) * time.Millisecond)
				case p < 2002:
					latest = latest.Add(time.Duration(rnd.IntN(300)) * time.Second)
				}
				now := latest.Add(-time.Duration(max(0, rnd.IntN(3000)-1000)) * time.Millisecond)
				until := now.Add(time.Duration(rnd.IntN(c.life)) * time.Millisecond)
				pr := proof{rnd.IntN(c.keys), fmt.Sprint(rnd.IntN(c.ids))}

				got := m.First(key(pr.key), pr.id, until, now)
				count[got]++
				expires, known := model[pr]
				want := fresh
				if known && up(now) <= expires {
					want = seen
				}
				if got != want && (got != full || want == seen) {
					t.Fatalf("step %d: verdict %d, want %d", step, got, want)
				}
				if got != full {
					model[pr] = max(expires, up(until))
				}
				if m.Bytes() > c.bytes {
					t.Fatalf("step %d: Bytes() = %d", step, m.Bytes())
				}
			}
			live := 0
			for _, expires := range model {
				if up(latest) <= expires {
					live++
				}
			}
			t.Logf("%d full, %d seen, %d fresh; %d live, Len() = %d",
				count[full], count[seen], count[fresh], live, m.Len())
			if m.Len() < live {
				t.Errorf("Len() = %d, and %d are live", m.Len(), live)
			}
			if count[seen] < 100 || count[fresh] < 1000 {
				t.Error("the test tests too little")
			}
			for pr, expires := range model {
				if v := m.First(key(pr.key), pr.id, latest, latest); up(latest) <= expires && v != seen {
					t.Fatalf("verdict %d for a proof that was admitted", v)
				}
			}
		})
	}
}

// TestExactlyOneIsFresh sends each proof from several goroutines at once, while entries
// expire and shards grow, shrink and are full.
func TestExactlyOneIsFresh(t *testing.T) {
	const workers, proofs = 8, 20_000
	for _, bytes := range []int{16 << 10, 1 * mega} {
		m := replay.New(bytes)
		var admitted [proofs]atomic.Int32
		var refused atomic.Uint64
		const rounds = 4 // the proofs of one have expired in the next
		for round := range rounds {
			now := after(float64(round) * 1000)
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for i := round * proofs / rounds; i < (round+1)*proofs/rounds; i++ {
						switch m.First(key(i%50), fmt.Sprint(i), now.Add(life), now) {
						case fresh:
							admitted[i].Add(1)
						case full:
							refused.Add(1)
						}
						if i%1000 == 0 {
							_, _ = m.Len(), m.Bytes()
						}
					}
				})
			}
			wg.Wait()
		}
		none := 0
		for i := range admitted {
			switch n := admitted[i].Load(); {
			case n > 1:
				t.Errorf("proof %d was fresh %d times", i, n)
			case n == 0:
				none++
			}
		}
		if none > 0 && bytes >= mega || m.Refused() != refused.Load() {
			t.Errorf("%d bytes: %d proofs were never fresh, Refused() = %d, want %d",
				bytes, none, m.Refused(), refused.Load())
		}
	}
}
