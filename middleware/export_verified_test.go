package middleware

import "github.com/bearerguard/bearerguard/claims"

// Pack returns the Tokens that a cached t becomes: the one that decisions read and the
// one for handlers.
func Pack(t *claims.Token) (read, shown *claims.Token) {
	v, _ := pack(t, nil, nil)
	return v.token, v.forHandlers()
}

// Keep puts t into the cache of a as the content of raw, with the Token for handlers.
func Keep(a *Authenticator, raw string, t *claims.Token) {
	v, size := pack(t, nil, nil)
	v = a.cache.Put(raw, v, size, t.Expiry.Unix(), a.now().Unix())
	v.forHandlers()
}
