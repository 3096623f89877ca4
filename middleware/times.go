package middleware

// checkTimes checks exp, nbf and iat (RFC 7519, sections 4.1.4 to 4.1.6) and the
// age that Issuer.MaxAge allows. It is done for cached tokens too.
func (d *decision) checkTimes() bool {
	t, maxAge := d.token, d.issuer.MaxAge
	early, late := d.now.Add(-d.auth.leeway), d.now.Add(d.auth.leeway)
	switch {
	case maxAge > 0 && t.IssuedAt.IsZero():
		return d.reject(ErrMalformedToken)
	case !early.Before(t.Expiry):
		return d.reject(ErrExpired)
	case late.Before(t.NotBefore), late.Before(t.IssuedAt):
		return d.reject(ErrNotYetValid)
	case maxAge > 0 && !early.Before(t.IssuedAt.Add(maxAge)):
		return d.reject(ErrExpired)
	}
	return true
}
