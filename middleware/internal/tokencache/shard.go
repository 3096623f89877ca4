package tokencache

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
)

// A shard is a table of entries with its own bound and its own choice of whom
// to remove. Readers follow buckets and entry.next, both atomic; who changes
// anything holds mu. An entry that was removed is never used again, so a reader
// that stands on it still finds its way, at worst to a miss.
type shard[V any] struct {
	buckets atomic.Pointer[[]atomic.Pointer[entry[V]]] // nil until the first put; a power of two

	mu      sync.Mutex
	bound   int
	soonest int64 // no entry expires before this time
	queues[V]

	_ [40]byte // keeps neighbours out of each other's cache lines
}

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
		s.replace(old, e)
	} else {
		if s.len() == s.bound {
			s.drop(s.victim())
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
		s.drop(e.slot)
	}
}

func (s *shard[V]) purge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets.Store(nil)
	s.queues = queues[V]{}
}

func (s *shard[V]) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.len()
}

// init makes the table, with one or two buckets for each entry.
func (s *shard[V]) init() {
	buckets := make([]atomic.Pointer[entry[V]], 1<<bits.Len(uint(s.bound-1)))
	s.soonest = math.MaxInt64
	s.queues.init(s.bound, 2*len(buckets))
	s.buckets.Store(&buckets)
}

// sweep removes all expired entries. Because times are whole seconds, it looks
// at the slots at most once a second, however many tokens come.
func (s *shard[V]) sweep(now int64) {
	if now < s.soonest {
		return
	}
	s.soonest = math.MaxInt64
	for i := range s.slots {
		switch sl := &s.slots[i]; {
		case sl.entry == nil:
		case sl.expires <= now:
			s.drop(int32(i))
		default:
			s.soonest = min(s.soonest, sl.expires)
		}
	}
}

// insert puts a new entry into its bucket and the queues.
func (s *shard[V]) insert(e *entry[V]) {
	e.slot = s.add(e)
	b := s.bucket(e)
	e.next.Store(b.Load())
	b.Store(e)
}

// replace puts e in the place of old.
func (s *shard[V]) replace(old, e *entry[V]) {
	e.slot = old.slot
	e.uses.Store(old.uses.Load())
	e.next.Store(old.next.Load())
	s.link(old).Store(e)
	s.slots[e.slot].entry = e
}

// drop takes the entry of a slot out of its bucket and the queues.
func (s *shard[V]) drop(slot int32) {
	e := s.slots[slot].entry
	s.link(e).Store(e.next.Load())
	s.remove(slot)
}

// bucket returns the head of the chain that e belongs to.
func (s *shard[V]) bucket(e *entry[V]) *atomic.Pointer[entry[V]] {
	buckets := *s.buckets.Load()
	return &buckets[e.hash&uint64(len(buckets)-1)]
}

// link returns the pointer that leads to e.
func (s *shard[V]) link(e *entry[V]) *atomic.Pointer[entry[V]] {
	p := s.bucket(e)
	for {
		at := p.Load()
		if at == e {
			return p
		}
		p = &at.next
	}
}
