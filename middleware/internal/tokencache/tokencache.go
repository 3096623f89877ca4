package tokencache

import (
	"fmt"
	"hash/maphash"
	"math/bits"
)

// These are the smallest bounds of a shard, unless there is only one. In smaller ones
// the hash distributes entries too unevenly: some shards would evict while others have
// room.
const (
	shardSize  = 1024
	shardBytes = 4 << 20
)

// A Cache holds values for tokens, bounded in number and in bytes. Its methods are safe
// for concurrent use. Make one with [New].
type Cache[V any] struct {
	seed   maphash.Seed
	shift  uint // how far to shift a hash to get the index of its shard
	shards []shard[V]
}

// New returns an empty cache that never holds more than bound entries, and never more
// than bytes on the heap, its tables included. It allocates memory as entries are
// stored. New panics if one of the bounds is less than one.
func New[V any](bound, bytes int) *Cache[V] {
	if bound < 1 || bytes < 1 {
		panic(fmt.Sprintf("tokencache: bound of %d entries and %d bytes", bound, bytes))
	}
	// Tables for more entries than fit would leave no room for these.
	bound = min(bound, max(1, bytes/leastEntry))
	n := 1
	for bound/(2*n) >= shardSize && bytes/(2*n) >= shardBytes {
		n *= 2
	}
	c := &Cache[V]{
		seed:   maphash.MakeSeed(),
		shift:  64 - uint(bits.TrailingZeros(uint(n))),
		shards: make([]shard[V], n),
	}
	for i := range c.shards {
		c.shards[i].bound = bound / n
		if i < bound%n {
			c.shards[i].bound++
		}
		c.shards[i].limit(bytes / n)
	}
	return c
}

// Get returns the value stored for the token, and whether there is one. It takes no
// lock and allocates nothing. It does not check the expiry, so it may return a value
// that has expired.
func (c *Cache[V]) Get(token string) (V, bool) {
	h := c.hash(token)
	if e := c.shard(h).find(h, token); e != nil {
		e.used()
		return e.value, true
	}
	var none V
	return none, false
}

// Put stores a value for the token until the time expires, and returns it. If a value
// is stored already, as after parallel requests with a new token, Put returns that one
// and keeps nothing of the second. Both times are seconds since the Unix epoch. size is
// the number of bytes on the heap that v refers to.
//
// A token that has expired is not stored, nor is one that needs more than a tenth of the
// bytes of its shard: it would evict too many others. The cache keeps the string itself,
// so the caller passes a copy if the string is part of a larger one or in memory that is
// used again.
//
// A full cache evicts expired entries first, and then those not used recently.
func (c *Cache[V]) Put(token string, v V, size int, expires, now int64) V {
	if expires <= now {
		return v
	}
	h := c.hash(token)
	e := &entry[V]{hash: h, token: token, value: v}
	return c.shard(h).put(e, e.bytes()+size, expires, now).value
}

// Delete removes the entry of the token, if there is one.
func (c *Cache[V]) Delete(token string) {
	h := c.hash(token)
	c.shard(h).delete(h, token)
}

// Purge removes all entries that were stored before it was called.
func (c *Cache[V]) Purge() {
	for i := range c.shards {
		c.shards[i].purge()
	}
}

// Len returns the number of entries, which is at most the bound. It counts expired
// entries that have not been removed yet.
func (c *Cache[V]) Len() int {
	n := 0
	for i := range c.shards {
		entries, _ := c.shards[i].size()
		n += entries
	}
	return n
}

// Bytes returns the number of bytes on the heap that the cache takes, which is at most
// the bound. It counts the tables, and tokens and values rounded up as the allocator
// does.
func (c *Cache[V]) Bytes() int {
	n := 0
	for i := range c.shards {
		_, bytes := c.shards[i].size()
		n += bytes
	}
	return n
}

// hash returns the seeded hash of a token. For strings of this length
// maphash.Comparable takes half the time of maphash.String, which hashes in blocks.
func (c *Cache[V]) hash(token string) uint64 {
	return maphash.Comparable(c.seed, token)
}

// shard returns the shard of a hash. The upper bits choose the shard, the lower ones
// the bucket.
func (c *Cache[V]) shard(hash uint64) *shard[V] {
	return &c.shards[hash>>c.shift]
}
