package tokencache

// queues decide whom a full shard gives up, by the S3-FIFO rule. A newcomer
// waits in a short queue. Who was asked for again by the end of it moves to the
// long one, where each further use buys another round; who was not is given up,
// but not quite forgotten: if it soon comes back, it goes to the long queue at
// once. So a flood of tokens that are seen once passes through a tenth of the
// room and leaves the rest to the others.
//
// The zero value is unusable until init. Its owner's lock guards it.
type queues[V any] struct {
	slots []slot[V]
	free  int32 // the first unused slot, linked through older
	short queue
	long  queue

	shortBound int
	bound      int
	// ghosts are fingerprints of entries given up at the end of the short queue,
	// each in the only place that its hash allows, until another takes it. A
	// false one lets an entry in by the better door, and no more.
	ghosts []uint32
}

// A slot holds an entry and its place in a queue: all that the choice and the
// sweep need to know of it, so that they read consecutive memory.
type slot[V any] struct {
	entry   *entry[V] // nil if unused
	expires int64
	newer   int32
	older   int32
	long    bool // which queue it is in
}

// A queue is a list of slots, linked by their numbers.
type queue struct {
	newest, oldest int32
	n              int
}

// none is the number of no slot.
const none = -1

func (q *queues[V]) init(bound, ghosts int) {
	empty := queue{newest: none, oldest: none}
	*q = queues[V]{
		free:       none,
		short:      empty,
		long:       empty,
		shortBound: bound / 10,
		bound:      bound,
		ghosts:     make([]uint32, ghosts), // a power of two
	}
}

func (q *queues[V]) len() int { return q.short.n + q.long.n }

// add finds a slot for a new entry and puts it into the queue that it deserves.
func (q *queues[V]) add(e *entry[V]) int32 {
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
	q.slots[i] = slot[V]{entry: e}
	q.push(i, long)
	return i
}

// remove frees a slot.
func (q *queues[V]) remove(i int32) {
	q.unlink(i)
	q.slots[i] = slot[V]{older: q.free}
	q.free = i
}

// victim returns the slot of the entry to give up. There must be one.
func (q *queues[V]) victim() int32 {
	if q.short.n >= q.shortBound || q.long.n == 0 {
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
	// While this takes uses away, readers may add some: the rounds that the
	// greatest number of uses can buy are enough.
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

// ghost returns the place for the fingerprint of a hash, and the fingerprint.
// Zero is the empty place.
func (q *queues[V]) ghost(hash uint64) (*uint32, uint32) {
	// The upper bits of the hash are those of the shard, the same for all here.
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
}
