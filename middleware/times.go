package middleware

import "math"

// checkTimes checks exp, nbf and iat (RFC 7519, sections 4.1.4 to 4.1.6) and the
// age that Issuer.MaxAge allows. It is done for cached tokens too.
func (d *decision) checkTimes() bool {
	if d.verified != nil && d.verified.times.include(d.now) {
		return true
	}
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

// spanOf returns the span of the decision's token.
func (d *decision) spanOf() span {
	t, maxAge, leeway := d.token, d.issuer.MaxAge, d.auth.leeway
	from, until := t.NotBefore, t.Expiry.Add(leeway)
	if t.IssuedAt.After(from) {
		from = t.IssuedAt
	}
	if maxAge > 0 && t.IssuedAt.Add(maxAge+leeway).Before(until) {
		until = t.IssuedAt.Add(maxAge + leeway)
	}
	if from.IsZero() {
		return span{math.MinInt64, until.Unix()}
	}
	return span{from.Add(-leeway).Unix() + 1, until.Unix()}
}
