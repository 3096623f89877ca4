package tokencache

// queues choose which entry a full shard evicts, by the S3-FIFO rule. A new entry is
// put into a short queue. If it is used again before it reaches the end, it moves to
// the long queue, where each further use gives it another round. If it is not, it is
// evicted, and its fingerprint stays as a ghost: if it is stored again soon, it goes
// directly into the long queue. So a flood of tokens that are used once passes through
// a tenth of the table.
//
// Call init before anything else. The lock of the shard guards all fields.
type queues[V any] struct {
	slots []slot[V]
	free  int32 // the first unused slot, linked through older
	short queue
	long  queue

	shortBound int // in entries
	shortBytes int
	bound      int
	// ghosts are fingerprints of entries that were evicted from the short queue. The
	// hash determines the place of each, and a later one overwrites it. A false match
	// does no more than put a new entry into the long queue.
	ghosts []uint32
}

// A slot holds an entry and its place in a queue, so that eviction and sweep read
// consecutive memory.
type slot[V any] struct {
	entry   *entry[V] // nil if unused
	expires int64
	newer   int32
	older   int32
	bytes   uint32 // that the entry takes
	long    bool   // which queue it is in
}

// A queue is a linked list of slots. The links are indexes.
type queue struct {
	newest, oldest int32
	n, bytes       int
}

// none is the index that stands for no slot.
const none = -1

// shortShare is the part of the table that the short queue may take, in entries and in
// bytes: one over shortShare.
const shortShare = 10

// init makes the queues empty. They may hold bound entries of together room bytes.
func (q *queues[V]) init(bound, room, ghosts int) {
	empty := queue{newest: none, oldest: none}
	*q = queues[V]{
		free:       none,
		short:      empty,
		long:       empty,
		shortBound: bound / shortShare,
		shortBytes: room / shortShare,
		bound:      bound,
		ghosts:     make([]uint32, ghosts), // a power of two
	}
}

func (q *queues[V]) len() int   { return q.short.n + q.long.n }
func (q *queues[V]) bytes() int { return q.short.bytes + q.long.bytes }

// add puts a new entry into a free slot, and the slot into a queue.
func (q *queues[V]) add(e *entry[V], bytes int) int32 {
	i := q.free
	if i != none {
		q.free = q.slots[i].older
	} else {
		i = int32(len(q.slots))
		if len(q.slots) == cap(q.slots) {
			grown := make([]slot[V], i, min(q.bound, max(16, 2*int(i))))
			copy(grown, q.slots)
			q.slots = grown
		}
		q.slots = q.slots[:i+1]
	}
	place, mark := q.ghost(e.hash)
	long := *place == mark
	if long {
		*place = 0
	}
	q.slots[i] = slot[V]{entry: e, bytes: uint32(bytes)}
	q.push(i, long)
	return i
}

// remove frees a slot.
func (q *queues[V]) remove(i int32) {
	q.unlink(i)
	q.slots[i] = slot[V]{older: q.free}
	q.free = i
}

// victim returns the slot of the entry to evict. The queues must not be empty.
func (q *queues[V]) victim() int32 {
	if q.short.n >= q.shortBound || q.short.bytes >= q.shortBytes || q.long.n == 0 {
		for q.short.n > 0 {
			i := q.short.oldest
			e := q.slots[i].entry
			if e.uses.Load() == 0 {
				place, mark := q.ghost(e.hash)
				*place = mark
				return i
			}
			e.uses.Store(0)
			q.unlink(i)
			q.push(i, true)
		}
	}
	// Hits may add uses while this loop takes them away, so it is bounded.
	for range maxUses * q.long.n {
		i := q.long.oldest
		e := q.slots[i].entry
		n := e.uses.Load()
		if n == 0 {
			break
		}
		e.uses.Store(n - 1)
		q.unlink(i)
		q.push(i, true)
	}
	return q.long.oldest
}

// ghost returns the place for the fingerprint of a hash, and the fingerprint, which is
// never zero: zero marks an empty place.
func (q *queues[V]) ghost(hash uint64) (*uint32, uint32) {
	// The upper bits of the hash choose the shard and are the same for all entries.
	return &q.ghosts[hash&uint64(len(q.ghosts)-1)], uint32(hash>>16) | 1
}

func (q *queues[V]) queue(long bool) *queue {
	if long {
		return &q.long
	}
	return &q.short
}

// push makes a slot the newest of a queue.
func (q *queues[V]) push(i int32, long bool) {
	l := q.queue(long)
	sl := &q.slots[i]
	sl.long, sl.newer, sl.older = long, none, l.newest
	if l.newest != none {
		q.slots[l.newest].newer = i
	} else {
		l.oldest = i
	}
	l.newest = i
	l.n++
	l.bytes += int(sl.bytes)
}

// unlink takes a slot out of its queue.
func (q *queues[V]) unlink(i int32) {
	sl := &q.slots[i]
	l := q.queue(sl.long)
	if sl.newer != none {
		q.slots[sl.newer].older = sl.older
	} else {
		l.newest = sl.older
	}
	if sl.older != none {
		q.slots[sl.older].newer = sl.newer
	} else {
		l.oldest = sl.newer
	}
	l.n--
	l.bytes -= int(sl.bytes)
}
