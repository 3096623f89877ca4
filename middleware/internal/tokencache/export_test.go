package tokencache

import (
	"reflect"
	"sync/atomic"
)

// These let tests store tokens under equal hashes.

func (c *Cache[V]) Hash(token string) uint64 { return c.hash(token) }

func (c *Cache[V]) GetHashed(hash uint64, token string) (v V, ok bool) {
	if e := c.shard(hash).find(hash, token); e != nil {
		return e.value, true
	}
	return v, false
}

func (c *Cache[V]) PutHashed(hash uint64, token string, v V, expires, now int64) {
	c.shard(hash).put(&entry[V]{hash: hash, token: token, value: v}, 0, expires, now)
}

func (c *Cache[V]) DeleteHashed(hash uint64, token string) {
	c.shard(hash).delete(hash, token)
}

// What the counting of bytes assumes.
var (
	Allocated   = allocated
	SlotBytes   = slotBytes
	BucketBytes = bucketBytes
)

// SlotSize and BucketSize are what slotBytes and bucketBytes stand for.
func SlotSize() uintptr   { return reflect.TypeFor[slot[int]]().Size() }
func BucketSize() uintptr { return reflect.TypeFor[atomic.Pointer[entry[int]]]().Size() }

// Tables returns the bytes of the tables that are allocated.
func (c *Cache[V]) Tables() (n int) {
	for i := range c.shards {
		if s := &c.shards[i]; s.buckets.Load() != nil {
			n += s.tables
		}
	}
	return n
}

// Largest returns the bytes that one entry may take.
func (c *Cache[V]) Largest() int { return c.shards[0].largest }
