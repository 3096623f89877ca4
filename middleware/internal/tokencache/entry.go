package tokencache

import "sync/atomic"

// An entry is what is stored for a token. Goroutines read it without a lock, so from
// the moment it is in a bucket only next and uses change.
type entry[V any] struct {
	hash  uint64
	token string
	next  atomic.Pointer[entry[V]] // in the same bucket
	uses  atomic.Uint32            // recent hits, counted up to maxUses
	slot  int32                    // its index in queues.slots
	value V
}

// maxUses is how many times the eviction passes over an entry that was used before
// and is not used any more.
const maxUses = 2

// used counts a hit. It stores only until maxUses is reached: a load is cheap while all
// cores have the entry in their caches, and a store takes it from the others. Two
// concurrent hits may count as one, which does no harm.
func (e *entry[V]) used() {
	if n := e.uses.Load(); n < maxUses {
		e.uses.Store(n + 1)
	}
}
