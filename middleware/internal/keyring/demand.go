package keyring

import (
	"math/rand/v2"
	"sync/atomic"
)

const (
	wantedBy    = 4    // requests name a key ID that is wanted
	demandSlots = 2048 // key IDs that are counted at a time
)

// demand counts, between two attempts, how many requests name each key ID that the
// ring does not have. It tells a new key, which many tokens name, from made-up key
// IDs, each of which few name.
//
// It is a table of fixed size without a lock. An ID has one of two slots. An ID that
// finds others in both takes the one whose ID was named only once, or takes a count
// from it, with a probability that halves with each count: IDs that are named once
// hardly displace one that is named often. A lost update costs a count. The zero
// demand is empty.
type demand struct{ slots [demandSlots]atomic.Uint64 } // upper bits of the hash, and 8 bits of count

// wanted counts a request and reports whether its ID is wanted.
func (d *demand) wanted(hash uint64) bool {
	const count = 0xff
	tag := hash &^ count
	var low *atomic.Uint64
	var lowest uint64
	for _, at := range [...]uint64{hash % demandSlots, hash >> 32 % demandSlots} {
		slot := &d.slots[at]
		v := slot.Load()
		if v&^count == tag {
			if v&count < wantedBy {
				v++
				slot.CompareAndSwap(v-1, v)
			}
			return v&count >= wantedBy
		}
		if low == nil || v&count < lowest&count {
			low, lowest = slot, v
		}
	}
	switch n := lowest & count; {
	case n <= 1:
		low.CompareAndSwap(lowest, tag|1)
	case rand.Uint32()&(1<<(n-1)-1) == 0:
		low.CompareAndSwap(lowest, lowest-1)
	}
	return false
}
