package tokencache

import (
	"fmt"
	"hash/maphash"
	"math/bits"
)

// shardSize is the smallest bound of a shard, unless there is only one. In smaller ones
// the hash distributes entries too unevenly: some shards would evict while others have
// room.
const shardSize = 1024

// A Cache holds a value for each of a bounded number of tokens. Its methods are safe
// for concurrent use. Make one with [New].
type Cache[V any] struct {
	seed   maphash.Seed
	shift  uint // how far to shift a hash to get the index of its shard
	shards []shard[V]
}

// New returns an empty cache that never holds more than bound entries. It allocates
// memory as entries are stored. New panics if bound is less than one.
func New[V any](bound int) *Cache[V] {
	if bound < 1 {
		panic(fmt.Sprintf("tokencache: bound of %d entries", bound))
	}
	n := 1
	for bound/(2*n) >= shardSize {
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

// Put stores a value for the token until the time expires, and replaces the value
// stored before, if there is one. Both times are seconds since the Unix epoch. A token
// that has expired is not stored. The cache keeps the string itself, so the caller
// passes a copy if the string is part of a larger one or in memory that is used again.
//
// A full cache evicts expired entries first, and then one that was not used recently.
func (c *Cache[V]) Put(token string, v V, expires, now int64) {
	if expires <= now {
		return
	}
	h := c.hash(token)
	s := c.shard(h)
	if old := s.find(h, token); old != nil {
		token = old.token
	}
	s.put(&entry[V]{hash: h, token: token, value: v}, expires, now)
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
		n += c.shards[i].size()
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
