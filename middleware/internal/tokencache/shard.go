package tokencache

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
)

// A shard is a table of entries with its own bound and its own queues. Goroutines that
// read follow buckets and entry.next, which are atomic. Those that write hold mu. A
// removed entry is not used again, so a goroutine that is reading it reaches the end of
// the bucket, at worst with a miss.
type shard[V any] struct {
	buckets atomic.Pointer[[]atomic.Pointer[entry[V]]] // nil until the first put; a power of two

	bound   int // in entries
	tables  int // the bytes of the tables, once they are allocated
	room    int // the bytes for entries
	largest int // the bytes that one entry may take

	mu      sync.Mutex
	soonest int64 // no entry expires before this time
	queues[V]

	_ [40]byte // so that shards do not share cache lines
}

// find returns the entry of the token, nil if there is none. It takes no lock.
//
// The comparison of tokens stops at the first difference. Measuring its time reveals
// nothing, because it happens only if all 64 bits of the seeded hashes are equal. A
// guess that is nearly right makes that no more likely than any other string does.
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

// put stores e unless it takes too many bytes, and returns it. If there is an entry of
// the token already, put returns that one.
func (s *shard[V]) put(e *entry[V], bytes int, expires, now int64) *entry[V] {
	if bytes > s.largest {
		return e
	}
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.buckets.Load() == nil {
		s.init()
	}
	s.sweep(now)
	if old := s.find(e.hash, e.token); old != nil {
		return old
	}
	for s.len() == s.bound || s.bytes()+bytes > s.room {
		s.drop(s.victim())
	}
	s.insert(e, bytes)
	s.slots[e.slot].expires = expires
	s.soonest = min(s.soonest, expires)
	return e
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

// size returns the number of entries, and of the bytes that they take with the tables.
func (s *shard[V]) size() (entries, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets.Load() == nil {
		return 0, 0
	}
	return s.len(), s.tables + s.bytes()
}

// limit sets the bounds that follow from the bytes of the shard. bound must be set.
func (s *shard[V]) limit(bytes int) {
	buckets := s.bucketCount()
	s.tables = allocated(buckets*bucketBytes) + allocated(ghostsPerBucket*buckets*ghostBytes) +
		allocated(s.bound*slotBytes)
	s.room = max(0, bytes-s.tables)
	s.largest = min(s.room/shortShare, math.MaxInt32)
}

// bucketCount returns a power of two: one or two buckets for each entry.
func (s *shard[V]) bucketCount() int { return 1 << bits.Len(uint(s.bound-1)) }

// init allocates the tables.
func (s *shard[V]) init() {
	buckets := make([]atomic.Pointer[entry[V]], s.bucketCount())
	s.soonest = math.MaxInt64
	s.queues.init(s.bound, s.room, ghostsPerBucket*len(buckets))
	s.buckets.Store(&buckets)
}

// sweep removes all expired entries. Times are whole seconds, so it reads the slots at
// most once a second.
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
func (s *shard[V]) insert(e *entry[V], bytes int) {
	e.slot = s.add(e, bytes)
	b := s.bucket(e)
	e.next.Store(b.Load())
	b.Store(e)
}

// drop removes the entry of a slot from its bucket and the queues.
func (s *shard[V]) drop(slot int32) {
	e := s.slots[slot].entry
	s.link(e).Store(e.next.Load())
	s.remove(slot)
}

// bucket returns the head of the list that e belongs to.
func (s *shard[V]) bucket(e *entry[V]) *atomic.Pointer[entry[V]] {
	buckets := *s.buckets.Load()
	return &buckets[e.hash&uint64(len(buckets)-1)]
}

// link returns the pointer to e in its bucket.
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
