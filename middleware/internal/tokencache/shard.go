package tokencache

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
)

// An entry is what is stored for a token. Readers see it without a lock, so all
// but next and visited stay as they are from the moment it is in a bucket.
type entry[V any] struct {
	hash    uint64
	token   string
	next    atomic.Pointer[entry[V]] // in the same bucket
	visited atomic.Uint32            // 1 if asked for since the hand passed
	slot    int32                    // its place in shard.slots; written before it is seen
	value   V
}

// A shard is a table of entries with its own bound and its own choice of whom
// to remove. Readers follow buckets and entry.next, both atomic; whoever changes
// anything holds mu. An entry that was removed is never used again, so a reader
// that stands on it still finds its way, at worst to a miss.
type shard[V any] struct {
	buckets atomic.Pointer[[]atomic.Pointer[entry[V]]] // nil until the first put; a power of two

	mu      sync.Mutex
	bound   int
	soonest int64     // no entry expires before this time
	slots   []slot[V] // grows up to bound
	free    int32     // the first unused slot, linked through older
	newest  int32
	oldest  int32
	hand    int32 // where the search for a victim goes on
	count   int

	_ [16]byte // keeps neighbours out of each other's cache lines
}

// A slot is an entry's place in the order of arrival: what the writers need to
// know of it, kept together so that a sweep reads consecutive memory.
type slot[V any] struct {
	entry   *entry[V] // nil if unused
	expires int64
	newer   int32
	older   int32
}

// none is no slot.
const none = -1

// find returns the entry of the token, or nil. It takes no lock.
//
// The whole token is compared, with a comparison that stops at the first
// difference. That tells nothing to one who measures it: the comparison happens
// only if all 64 bits of the seeded hash agree, which a wrong guess, however
// close, makes no more likely than any other string.
func (s *shard[V]) find(hash uint64, token string) *entry[V] {
	b := s.buckets.Load()
	if b == nil {
		return nil
	}
	buckets := *b
	for e := buckets[hash&uint64(len(buckets)-1)].Load(); e != nil; e = e.next.Load() {
		if e.hash == hash && e.token == token {
			return e
		}
	}
	return nil
}

func (s *shard[V]) put(e *entry[V], expires, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.buckets.Load() == nil {
		s.init()
	}
	s.sweep(now)
	if old := s.find(e.hash, e.token); old != nil {
		e.visited.Store(old.visited.Load())
		s.replace(old, e)
	} else {
		if s.count == s.bound {
			s.evict()
		}
		s.insert(e)
	}
	s.slots[e.slot].expires = expires
	s.soonest = min(s.soonest, expires)
}

func (s *shard[V]) delete(hash uint64, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.find(hash, token); e != nil {
		s.remove(e.slot)
	}
}

func (s *shard[V]) purge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets.Store(nil)
	s.slots, s.count = nil, 0
}

func (s *shard[V]) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

func (s *shard[V]) init() {
	// Between one and two buckets for each entry.
	buckets := make([]atomic.Pointer[entry[V]], 1<<bits.Len(uint(s.bound-1)))
	s.soonest = math.MaxInt64
	s.free, s.newest, s.oldest, s.hand = none, none, none, none
	s.buckets.Store(&buckets)
}

// sweep removes all expired entries. Because times are whole seconds, it looks
// at the slots at most once a second however many tokens come.
func (s *shard[V]) sweep(now int64) {
	if now < s.soonest {
		return
	}
	s.soonest = math.MaxInt64
	for i := range s.slots {
		switch sl := &s.slots[i]; {
		case sl.entry == nil:
		case sl.expires <= now:
			s.remove(int32(i))
		default:
			s.soonest = min(s.soonest, sl.expires)
		}
	}
}

// evict removes one entry by the SIEVE rule: the hand goes from the oldest
// entry to the newest, spares once who was asked for since it last passed, and
// removes the first who was not.
func (s *shard[V]) evict() {
	i := s.hand
	// Readers set marks while the hand clears them: two rounds are enough.
	for range 2 * s.count {
		if i == none {
			i = s.oldest
		}
		if s.slots[i].entry.visited.Swap(0) == 0 {
			break
		}
		i = s.slots[i].newer
	}
	if i == none {
		i = s.oldest
	}
	s.hand = i
	s.remove(i) // takes the hand on
}

// insert puts an entry at the new end, in a slot of its own.
func (s *shard[V]) insert(e *entry[V]) {
	i := s.free
	if i != none {
		s.free = s.slots[i].older
	} else {
		i = int32(len(s.slots))
		s.slots = append(s.slots, slot[V]{})
	}
	s.slots[i] = slot[V]{entry: e, newer: none, older: s.newest}
	if s.newest != none {
		s.slots[s.newest].newer = i
	} else {
		s.oldest = i
	}
	s.newest = i
	s.count++

	e.slot = i
	b := s.bucket(e)
	e.next.Store(b.Load())
	b.Store(e)
}

// replace puts e where old is.
func (s *shard[V]) replace(old, e *entry[V]) {
	e.slot = old.slot
	e.next.Store(old.next.Load())
	s.link(old).Store(e)
	s.slots[e.slot].entry = e
}

// remove takes the entry of a slot out of its bucket and frees the slot.
func (s *shard[V]) remove(i int32) {
	sl := s.slots[i]
	s.link(sl.entry).Store(sl.entry.next.Load())

	if sl.newer != none {
		s.slots[sl.newer].older = sl.older
	} else {
		s.newest = sl.older
	}
	if sl.older != none {
		s.slots[sl.older].newer = sl.newer
	} else {
		s.oldest = sl.newer
	}
	if s.hand == i {
		s.hand = sl.newer
	}
	s.slots[i] = slot[V]{older: s.free}
	s.free = i
	s.count--
}

// bucket returns the head of the chain that e belongs to.
func (s *shard[V]) bucket(e *entry[V]) *atomic.Pointer[entry[V]] {
	buckets := *s.buckets.Load()
	return &buckets[e.hash&uint64(len(buckets)-1)]
}

// link returns the pointer that leads to e.
func (s *shard[V]) link(e *entry[V]) *atomic.Pointer[entry[V]] {
	p := s.bucket(e)
	for p.Load() != e {
		p = &p.Load().next
	}
	return p
}
