package tokencache

import "sync/atomic"

// An entry is what is stored for a token. Readers see it without a lock, so all
// but next and uses stay as they are from the moment it is in a bucket.
type entry[V any] struct {
	hash  uint64
	token string
	next  atomic.Pointer[entry[V]] // in the same bucket
	uses  atomic.Uint32            // hits lately, counted up to maxUses
	slot  int32                    // its place in shard.slots
	value V
}

// maxUses is how often the choice of a victim passes by an entry that was hot
// and is not any more.
const maxUses = 2

// used counts a hit. A load is cheap while every core has the entry in its own
// cache, and a store takes it from the others: a hot entry soon needs no store.
// That two readers may count as one does not matter.
func (e *entry[V]) used() {
	if n := e.uses.Load(); n < maxUses {
		e.uses.Store(n + 1)
	}
}
