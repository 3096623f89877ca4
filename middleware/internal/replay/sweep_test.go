package replay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// small is a limit for which there is one shard.
const small = 20_000

func TestEverySweepMakesRoomForNewProofs(t *testing.T) {
	m := replay.New(small)
	i := 0
	fill := func(now, until float64) (n int) {
		for range m.Capacity() {
			if m.First(key(i), "a", after(until), after(now)) == fresh {
				n++
			}
			i++
		}
		return n
	}
	for range m.Capacity() / 2 {
		m.First(key(i), "a", after(10), start)
		i++
	}
	all := m.Capacity()
	for _, step := range []struct {
		now, until float64
		want       int
	}{
		{0, 20, all - all/2},
		{12, 300, 0}, // the grace
		{13, 300, all / 2},
		{14, 300, 0},
		{23, 300, all - all/2},
		{24, 300, 0},
		{302, 400, 0},
		{303, 400, all},
	} {
		if got := fill(step.now, step.until); got != step.want {
			t.Errorf("after %v s %d proofs were fresh, want %d", step.now, got, step.want)
		}
	}
}

func TestASweepThatIsNotNeededWaitsAMinute(t *testing.T) {
	m := replay.New(small)
	const n = 200
	for i := range n {
		m.First(key(i), "a", after(5), start)
	}
	for i, step := range []struct {
		now  float64
		want int
	}{{10, n + 1}, {59, n + 2}, {60, 3}, {61, 4}} {
		m.First(key(n+i), "a", after(500), after(step.now))
		if got := m.Len(); got != step.want {
			t.Errorf("after %v s Len() = %d, want %d", step.now, got, step.want)
		}
	}
}

func TestExpiredEntriesDoNotCountForTheirKey(t *testing.T) {
	m := replay.New(small)
	half, share := m.Capacity()/2, m.Capacity()/16
	for round := range 4 { // less than a minute, so that nothing is swept without need
		now := after(float64(10 * round))
		for i := range half {
			if v := m.First(key(i+2), fmt.Sprint(round), now.Add(5*time.Second), now); v != fresh {
				t.Fatalf("round %d: verdict %d for another key", round, v)
			}
		}
		got := 0
		for i := range 2 * share {
			if m.First(key(1), fmt.Sprint(round, i), now.Add(5*time.Second), now) == fresh {
				got++
			}
		}
		// The counters of the key may count a few of the others.
		if got > share && round == 0 || got < share-10 {
			t.Errorf("round %d: a key got %d entries, and may have %d", round, got, share)
		}
	}
}

func TestMemoryIsReturnedWhenMostHasExpired(t *testing.T) {
	for _, live := range []int{0, 5} {
		m := replay.New(small)
		empty := m.Bytes()
		for i := range m.Capacity() {
			until := 5.0
			if i >= m.Capacity()-live {
				until = 90
			}
			m.First(key(i), fmt.Sprint(i), after(until), start)
		}
		if m.Bytes() < 4*empty {
			t.Errorf("Bytes() = %d when full, and %d when empty", m.Bytes(), empty)
		}
		m.First(key(0), "new", after(70), after(70))
		if m.Len() != live+1 || m.Bytes() > empty+600 {
			t.Errorf("%d live: Len() = %d, Bytes() = %d, and %d when empty", live+1, m.Len(), m.Bytes(), empty)
		}
	}
}

func TestTwoMemoriesPlaceAProofDifferently(t *testing.T) {
	a, b := replay.New(128*mega), replay.New(128*mega)
	shards, counters := 0, 0
	for i := range 100 {
		s, g := a.Place(key(i), "a")
		s2, g2 := b.Place(key(i), "a")
		if [14]byte(g[2:]) == [14]byte(g2[2:]) {
			t.Error("the same digest")
		}
		if s == s2 {
			shards++
		}
		if [2]byte(g[:]) == [2]byte(g2[:]) {
			counters++
		}
	}
	if shards > 10 || counters > 10 {
		t.Errorf("of 100 proofs %d are in the same shard, and %d have the same counters", shards, counters)
	}
}
