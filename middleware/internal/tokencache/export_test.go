package tokencache

// These let tests store tokens under equal hashes.

func (c *Cache[V]) Hash(token string) uint64 { return c.hash(token) }

func (c *Cache[V]) GetHashed(hash uint64, token string) (v V, ok bool) {
	if e := c.shard(hash).find(hash, token); e != nil {
		return e.value, true
	}
	return v, false
}

func (c *Cache[V]) PutHashed(hash uint64, token string, v V, expires, now int64) {
	c.shard(hash).put(&entry[V]{hash: hash, token: token, value: v}, expires, now)
}

func (c *Cache[V]) DeleteHashed(hash uint64, token string) {
	c.shard(hash).delete(hash, token)
}
