package replay

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
	"time"
)

// perTurn is how many shards a call tidies when a second has begun, in addition to its
// own shard. So memory is returned even when few calls come after a flood.
const perTurn = 8

// A Memory remembers proofs until they could not pass any more. Its methods are safe for
// concurrent use. Make one with [New].
type Memory struct {
	secret [32]byte     // of the entries
	seed   maphash.Seed // of the counters
	shards []shard
	limits limits

	turn    atomic.Uint32 // the second of the last turn
	next    atomic.Uint32 // the shard that is tidied next
	refused atomic.Uint64
}

// New returns an empty Memory that takes at most maxBytes on the heap. An entry takes 25
// bytes when the Memory is full, so 128 MiB hold 5.3 million. The tables grow as entries
// come. With less than 2 KiB there is no room for anything and each new proof is [Full].
// More than 2.7 GB are not used.
func New(maxBytes int) *Memory {
	n, l := divide(maxBytes)
	m := &Memory{seed: maphash.MakeSeed(), shards: make([]shard, n), limits: l}
	rand.Read(m.secret[:]) // never fails
	return m
}

// First reports whether a proof is used for the first time, and remembers it as long as
// now <= until. key is the thumbprint of the client's key (RFC 7638), id the proof's jti.
// until is the last moment at which the proof could be accepted; one before now counts
// as now. The caller calls First after all other checks of the proof, so that a rejected
// proof is not remembered.
//
// The answers are [Fresh], [Seen] and [Full]. Times are rounded up to whole seconds. A
// proof that is seen again with a later until is remembered until then. Calls need not
// come in the order of their times: an entry stays two seconds longer than it counts,
// and a clock that is set back removes nothing.
func (m *Memory) First(key [32]byte, id string, until, now time.Time) Verdict {
	t := seconds(now)
	m.tidy(t)
	s, g := m.place(&key, id)
	v := m.shards[s].first(&g, max(seconds(until), t), t, &m.limits)
	if v == Full {
		m.refused.Add(1)
	}
	return v
}

// Key returns SHA-256(key || 0 || id): the name of a proof for a store that replicas
// share.
func Key(key [32]byte, id string) [32]byte {
	var b [32 + 1 + usualID]byte
	n := copy(b[:], key[:])
	return sha256.Sum256(append(b[:n+1], id...))
}

// Len returns the number of entries. It counts expired ones that have not been removed
// yet.
func (m *Memory) Len() int {
	n := 0
	for i := range m.shards {
		entries, _ := m.shards[i].size()
		n += entries
	}
	return n
}

// Bytes returns the bytes on the heap that the Memory takes, rounded up as the allocator
// does.
func (m *Memory) Bytes() int {
	n := memoryBytes + allocated(len(m.shards)*shardBytes)
	for i := range m.shards {
		_, bytes := m.shards[i].size()
		n += bytes
	}
	return n
}

// Refused returns how many times the answer was [Full].
func (m *Memory) Refused() uint64 { return m.refused.Load() }

// usualID is the length of an id up to which hashing allocates nothing. The limit for a
// jti is 256 bytes.
const usualID = 256

// place returns the shard and the tag of a proof.
func (m *Memory) place(key *[32]byte, id string) (int, tag) {
	var b [32 + 32 + 1 + usualID]byte
	n := copy(b[:], m.secret[:])
	n += copy(b[n:], key[:])
	digest := sha256.Sum256(append(b[:n+1], id...))

	var g tag
	copy(g[2:], digest[:])
	s := uint32(uint64(binary.LittleEndian.Uint32(digest[16:])) * uint64(len(m.shards)) >> 32)

	var k [32 + 4]byte
	copy(k[:], key[:])
	binary.LittleEndian.PutUint32(k[32:], s)
	binary.LittleEndian.PutUint16(g[:], uint16(maphash.Bytes(m.seed, k[:])))
	return int(s), g
}

// tidy lets the first call of a second tidy a few shards, one after the other.
func (m *Memory) tidy(now uint32) {
	last := m.turn.Load()
	if now <= last || !m.turn.CompareAndSwap(last, now) {
		return
	}
	for range min(perTurn, len(m.shards)) {
		s := &m.shards[int(m.next.Add(1)%uint32(len(m.shards)))]
		s.mu.Lock()
		s.tidy(now)
		s.mu.Unlock()
	}
}
