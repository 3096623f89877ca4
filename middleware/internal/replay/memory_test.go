package replay_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

const (
	full  = replay.Full
	seen  = replay.Seen
	fresh = replay.Fresh
)

func TestFirst(t *testing.T) {
	covers(t, "DP-18 DP-42 DP-43 ATK-I05")
	type call struct {
		key        int
		id         string
		until, now float64 // seconds from the start
		want       replay.Verdict
	}
	long := strings.Repeat("x", 5000)
	tests := []struct {
		name  string
		calls []call
	}{
		{"a proof passes once", []call{{1, "a", 9, 0, fresh}, {1, "a", 9, 0, seen}, {1, "a", 9, 1, seen}}},
		{"another identifier is another proof", []call{{1, "a", 9, 0, fresh}, {1, "b", 9, 0, fresh}}},
		{"the same identifier under another key is another proof", []call{
			{1, "a", 9, 0, fresh}, {2, "a", 9, 0, fresh}, {1, "a", 9, 0, seen}, {2, "a", 9, 0, seen}}},
		{"an identifier may be empty", []call{{1, "", 9, 0, fresh}, {1, "", 9, 0, seen}, {1, "\x00", 9, 0, fresh}}},
		{"a long identifier counts to its end", []call{
			{1, long + "a", 9, 0, fresh}, {1, long + "b", 9, 0, fresh}, {1, long + "a", 9, 0, seen}}},
		{"a proof is remembered at its last moment", []call{{1, "a", 9, 0, fresh}, {1, "a", 9, 9, seen}}},
		{"a proof is forgotten after its last moment", []call{
			{1, "a", 9, 0, fresh}, {1, "a", 9, 9.000000001, fresh}}},
		{"a fraction of a second is rounded up", []call{{1, "a", 8.1, 0, fresh}, {1, "a", 9, 9, seen}}},
		{"a forgotten proof is remembered again", []call{
			{1, "a", 9, 0, fresh}, {1, "a", 19, 10, fresh}, {1, "a", 19, 19, seen}, {1, "a", 40, 20, fresh}}},
		{"a replay that could pass longer is remembered longer", []call{
			{1, "a", 9, 0, fresh}, {1, "a", 19, 5, seen}, {1, "a", 19, 19, seen}, {1, "a", 30, 20, fresh}}},
		{"a replay that could pass less long shortens nothing", []call{
			{1, "a", 9, 0, fresh}, {1, "a", 2, 1, seen}, {1, "a", 9, 9, seen}}},
		{"an until in the past counts as now", []call{
			{1, "a", -5, 0, fresh}, {1, "a", -5, 0, seen}, {1, "a", 9, 1, fresh}}},
		{"a clock that is set back loses nothing", []call{
			{1, "a", 9, 0, fresh}, {1, "b", 9, 5, fresh}, {1, "a", 9, -3600, seen}, {1, "b", 9, -3600, seen}}},
		{"a call whose time is a little earlier finds what has expired since", []call{
			{1, "a", 99, 0, fresh}, {1, "b", 999, 101, fresh}, {1, "a", 99, 99, seen}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := replay.New(64 << 10)
			for i, c := range tt.calls {
				if got := m.First(key(c.key), c.id, after(c.until), after(c.now)); got != c.want {
					t.Errorf("call %d: verdict %d, want %d", i, got, c.want)
				}
			}
		})
	}
}

// after returns the time that many seconds after the start.
func after(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

func TestTimesOutOfRangeAreTheFirstOrLastSecond(t *testing.T) {
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(math.MaxUint32+5, 0), time.Unix(1<<60, 0)} {
		m := replay.New(64 << 10)
		for i, want := range []replay.Verdict{fresh, seen} {
			if got := m.First(key(1), "a", now.Add(life), now); got != want {
				t.Errorf("at %v: verdict %d of call %d, want %d", now, got, i, want)
			}
		}
	}
}

func TestTheZeroVerdictAdmitsNothing(t *testing.T) {
	if full != 0 || seen == fresh {
		t.Errorf("Full, Seen, Fresh = %d, %d, %d", full, seen, fresh)
	}
}

func TestKeyIsTheDigestOfAllItsParts(t *testing.T) {
	for _, id := range []string{"", "a", "a\x00b", strings.Repeat("y", 256), strings.Repeat("z", 3000)} {
		k := key(7)
		want := sha256.Sum256([]byte(string(k[:]) + "\x00" + id))
		if got := replay.Key(k, id); got != want {
			t.Errorf("Key for an id of %d bytes = %x, want %x", len(id), got, want)
		}
	}
}

func TestFullEvictsNothing(t *testing.T) {
	covers(t, "DP-41 ATK-I05")
	for _, bytes := range []int{3000, 20_000, 200_000, 4 * mega} {
		t.Run(fmt.Sprint(bytes), func(t *testing.T) {
			m := replay.New(bytes)
			var stored []int
			refused := uint64(0)
			for i := range 2*m.Capacity() + 10 {
				switch v := m.First(key(i), "a", after(90), start); v {
				case fresh:
					stored = append(stored, i)
				case full:
					refused++
				default:
					t.Fatalf("proof %d: verdict %d", i, v)
				}
			}
			if len(stored) != m.Capacity() || m.Len() != m.Capacity() {
				t.Errorf("%d stored, Len() = %d, want %d", len(stored), m.Len(), m.Capacity())
			}
			if m.Refused() != refused || refused == 0 {
				t.Errorf("Refused() = %d, want %d", m.Refused(), refused)
			}
			if m.Bytes() > bytes {
				t.Errorf("Bytes() = %d with a bound of %d", m.Bytes(), bytes)
			}
			for _, i := range stored {
				if v := m.First(key(i), "a", after(90), after(90)); v != seen {
					t.Fatalf("replay of proof %d: verdict %d", i, v)
				}
			}
			lost := 0
			for i := range stored { // all have expired, so all fit again
				if m.First(key(i), "b", after(200), after(93)) != fresh {
					lost++
				}
			}
			if lost > m.Capacity()/20 {
				t.Errorf("%d of %d new proofs were refused after the old ones had expired", lost, m.Capacity())
			}
		})
	}
}

func TestTooLittleForAnything(t *testing.T) {
	for _, bytes := range []int{math.MinInt, -1, 0, 1, 300, 1500} {
		m := replay.New(bytes)
		if v := m.First(key(1), "a", after(90), start); v != full || m.Len() != 0 || m.Refused() != 1 {
			t.Errorf("New(%d): verdict %d, Len() = %d, Refused() = %d", bytes, v, m.Len(), m.Refused())
		}
	}
}

func TestOneKeyDoesNotTakeTheRoomOfOthers(t *testing.T) {
	covers(t, "DP-41")
	for _, bytes := range []int{3000, 20_000, 200_000, 4 * mega, 16 * mega} {
		t.Run(fmt.Sprint(bytes), func(t *testing.T) {
			m := replay.New(bytes)
			all := m.Capacity()
			// Shards are not filled evenly: a tenth of tolerance if there is more than one.
			tolerance := 0
			if m.Shards() > 1 {
				tolerance = all / 10
			}
			fill := func(name string, n int, k func(i int) [32]byte) (taken, until int) {
				for i := range n {
					switch m.First(k(i), fmt.Sprint(name, i), after(90), start) {
					case fresh:
						taken++
					case full:
						if until == 0 {
							until = i
						}
					}
				}
				return taken, until
			}
			one := func(id int) func(int) [32]byte { return func(int) [32]byte { return key(id) } }
			distinct := func(i int) [32]byte { return key(1000 + i) }

			taken, until := fill("greedy", all, one(1))
			if taken > all/2 || until < all/2-tolerance {
				t.Errorf("one key took %d of %d, and was refused after %d", taken, all, until)
			}
			taken, _ = fill("second", all, one(2))
			if taken > all/16 || taken < all/16-tolerance/8 {
				t.Errorf("a second key took %d of %d", taken, all)
			}
			rest := all - m.Len()
			// A key whose counters are those of the greedy one is refused.
			chance := max(2, all/100)
			if taken, _ = fill("others", rest-tolerance, distinct); taken < rest-tolerance-chance {
				t.Errorf("the others got %d of %d entries that were free", taken, rest)
			}
		})
	}
}
