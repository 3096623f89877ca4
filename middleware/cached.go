package middleware

// findCached looks whether the same token was verified before.
func (d *decision) findCached() bool {
	cache := d.auth.cache
	if cache == nil {
		return false
	}
	v, cached := cache.Get(d.raw)
	if cached && !v.live(d.now) {
		cache.Delete(d.raw)
		cached = false
	}
	if !cached {
		d.auth.observe.counts.misses.Add(1)
		return false
	}
	d.hit, d.cached, d.verified = true, true, v
	d.token, d.issuer, d.key = v.token, v.issuer, v.key
	return true
}

// addToCache stores a new token until it expires. From here on the decision reads the
// Token that later ones read, too.
func (d *decision) addToCache() bool {
	if d.cached {
		return true
	}
	cache := d.auth.cache
	if cache == nil {
		d.verified = &verified{token: d.token, raw: d.message.String(), issuer: d.issuer, key: d.key, times: d.spanOf()}
		return true
	}
	v, size := pack(d.token, d.issuer, d.key)
	v.raw, v.times = d.message.String(), d.spanOf()
	expires := d.token.Expiry.Add(d.auth.leeway).Unix() + 1
	// message holds a copy: raw is in memory that belongs to the server.
	d.verified = cache.Put(d.message.String(), v, size, expires, d.now.Unix())
	d.token = d.verified.token
	return true
}
