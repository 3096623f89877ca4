package tokencache

import (
	"fmt"
	"hash/maphash"
	"math/bits"
)

// shardSize is the least number of entries that a shard of a cache with more
// than one shard may hold. Below it the luck of the hash fills some shards
// well before others, and entries are lost although the cache has room.
const shardSize = 1024

// A Cache remembers a value for each of a bounded number of tokens.
// All its methods may be called concurrently. Make one with [New].
type Cache[V any] struct {
	seed   maphash.Seed
	shift  uint // of a hash, to get the number of the shard
	shards []shard[V]
}

// New returns an empty cache that never holds more than bound entries. Memory
// for them is taken as they come. New panics if bound is less than one.
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

// Get returns the value stored for the token, and whether there is one. It
// takes no lock and allocates nothing. It does not look at the clock: a caller
// to whom the expiry matters compares it for itself.
func (c *Cache[V]) Get(token string) (V, bool) {
	h := c.hash(token)
	if e := c.shard(h).find(h, token); e != nil {
		e.used()
		return e.value, true
	}
	var none V
	return none, false
}

// Put stores a value for the token until the time expires, in place of the one
// stored before, if there is one. Both times are seconds since the Unix epoch;
// a token that has expired already is not stored. The cache keeps the string
// itself: a caller who cut it from a larger one hands in a copy.
//
// If there is no room, expired entries go first, and then one that has not been
// asked for lately.
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

// Delete removes the token's entry, if there is one.
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

// Len returns the number of entries, expired ones that have not been removed
// yet included. It is at most the bound.
func (c *Cache[V]) Len() int {
	n := 0
	for i := range c.shards {
		n += c.shards[i].size()
	}
	return n
}

// hash returns the seeded hash of a token. Unlike maphash.String, which goes by
// blocks to agree with a maphash.Hash, Comparable takes a string in one go and
// needs half the time for one as long as a token.
func (c *Cache[V]) hash(token string) uint64 {
	return maphash.Comparable(c.seed, token)
}

// shard returns the shard of a hash: its upper bits choose the shard, its lower
// ones the bucket.
func (c *Cache[V]) shard(hash uint64) *shard[V] {
	return &c.shards[hash>>c.shift]
}
