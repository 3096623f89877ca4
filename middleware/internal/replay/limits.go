package replay

// How a Memory is divided. Shards of 8192 slots take about 50 microseconds to sweep or to
// resize, during which their lock is held.
const (
	shardSlots = 8192
	mostShards = 2048
	mostSlots  = 1<<16 - 1 // of a shard; its counters have 16 bits
	leastSlots = 16        // of a table
)

// What a Memory takes on the heap in addition to its tables.
const (
	memoryBytes = 256 // the Memory, with what its parts are rounded up by
	shardBytes  = 64
	countBytes  = 1024
)

// limits are what all shards of a Memory may hold.
type limits struct {
	slots int // of a table; less than leastSlots if the Memory can hold nothing
	full  int // entries
	half  int // entries up to which a key is not limited
	share int // entries of one key above that
}

// divide returns the number of shards for a Memory of at most maxBytes, and their
// limits.
func divide(maxBytes int) (int, limits) {
	left := max(maxBytes, memoryBytes) - memoryBytes
	whole := shardBytes + countBytes + allocated(shardSlots*slotBytes)
	n := min(max(1, left/whole), mostShards)
	left -= allocated(n * shardBytes)
	slots := min(fitting(left/n-countBytes)/slotBytes, mostSlots)
	if slots < leastSlots {
		return 1, limits{}
	}
	full := room(slots)
	return n, limits{slots: slots, full: full, half: full / 2, share: max(1, full/16)}
}

// The allocator rounds objects up to its size classes, which are 16 bytes or at most
// 19% apart. Objects of more than 32 KiB take whole pages.
const (
	page  = 8 << 10
	large = 4 * page
)

// allocated returns a bound on what the allocator takes for an object of n bytes without
// pointers.
func allocated(n int) int {
	if n > large {
		return (n + page - 1) / page * page
	}
	return n + n/5 + 16
}

// fitting returns the size of the largest object that allocated says takes at most n
// bytes.
func fitting(n int) int {
	if n > allocated(large) {
		return n / page * page
	}
	return max(0, (n-16)*5/6)
}
