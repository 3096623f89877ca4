package middleware

// findCached looks whether the same token was verified before.
func (d *decision) findCached() bool {
	cache := d.auth.cache
	if cache == nil {
		return false
	}
	v, cached := cache.Get(d.raw)
	if cached && !v.key.Live(d.now) {
		cache.Delete(d.raw)
		return false
	}
	d.cached, d.token, d.issuer, d.key = cached, v.token, v.issuer, v.key
	return cached
}

// addToCache stores a new token until it expires.
func (d *decision) addToCache() bool {
	if cache := d.auth.cache; cache != nil && !d.cached {
		expires := d.token.Expiry.Add(d.auth.leeway).Unix() + 1
		// message holds a copy: raw is in memory that belongs to the server.
		cache.Put(d.message.String(), verified{d.token, d.issuer, d.key}, expires, d.now.Unix())
	}
	return true
}
