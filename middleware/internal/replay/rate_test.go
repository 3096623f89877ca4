package replay_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// TestNoProofIsRefusedAtTheExpectedRate sends 10,000 proofs a second from one client and
// as many from 10,000 other clients, each proof living 90 s, for 300 s.
func TestNoProofIsRefusedAtTheExpectedRate(t *testing.T) {
	const clients, seconds, limit = 10_000, 300, 128 * mega
	scale := 1
	if testing.Short() {
		scale = 10
	}
	m := replay.New(limit / scale)
	most, bytes := 0, 0
	for i := range seconds * rate / scale {
		now := at(i * scale)
		k := key(0)
		if i%2 == 0 {
			k = key(1 + i/2%clients)
		}
		if v := m.First(k, replayed(i), now.Add(life), now); v != fresh {
			t.Fatalf("proof %d: verdict %d", i, v)
		}
		if i%101 == 0 { // both kinds of clients
			if v := m.First(k, replayed(i), now.Add(life), now); v != seen {
				t.Fatalf("replay of proof %d: verdict %d", i, v)
			}
		}
		if i%(rate/scale) == 0 {
			most, bytes = max(most, m.Len()), max(bytes, m.Bytes())
		}
	}
	t.Logf("at most %d entries and %d bytes", most, bytes)
	if bytes > limit/scale || m.Refused() != 0 {
		t.Errorf("%d bytes, limit %d; Refused() = %d", bytes, limit/scale, m.Refused())
	}
	// Half a sweep's interval of expired entries may be there, and the grace.
	if live := rate / scale * 91; most < live*9/10 || most > live*2 {
		t.Errorf("%d entries, and %d are live", most, live)
	}
}

// replayed returns the identifier of the i-th proof.
func replayed(i int) string { return names[i%len(names)] + names[i/len(names)%len(names)] }
