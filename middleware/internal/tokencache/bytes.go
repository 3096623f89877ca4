package tokencache

import "reflect"

// What the tables take.
const (
	bucketBytes     = 8
	ghostBytes      = 4
	ghostsPerBucket = 2
	slotBytes       = 32
)

// leastEntry is what an entry takes at least, with its token, its value and its part of
// the tables.
const leastEntry = 1 << 10

// bytes returns what e and its token take on the heap, without what its value refers to.
func (e *entry[V]) bytes() int {
	return allocated(int(reflect.TypeFor[entry[V]]().Size())) + allocated(len(e.token))
}

// allocated returns a bound on what the allocator takes for an object of n bytes. Its
// size classes are 16 bytes or at most 19% apart. Objects of more than 32 KiB take whole
// pages of 8 KiB.
func allocated(n int) int {
	const page = 8 << 10
	const header = 8 // of objects with pointers
	if n > 4*page-header {
		return (n + header + page - 1) / page * page
	}
	return n + n/5 + 16
}
