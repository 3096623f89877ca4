package middleware

import "github.com/bearerguard/bearerguard/internal/strictjson"

// findIssuer finds the configured issuer that the iss claim names, byte for byte.
// iss is the one claim that is used before the signature is verified.
func (d *decision) findIssuer() bool {
	all := &d.auth.issuers
	raw, ok := d.scratch.payload.Lookup("iss")
	if !ok {
		if d.issuer = all.anonymous; d.issuer == nil {
			return d.reject(ErrMalformedToken)
		}
		return true
	}
	var buf [256]byte
	iss, ok := strictjson.AppendString(buf[:0], raw)
	if !ok {
		return d.reject(ErrMalformedToken)
	}
	if d.issuer = all.exact[string(iss)]; d.issuer != nil {
		d.iss = d.issuer.URL
		return true
	}
	d.iss = string(iss)
	if d.issuer = all.template(d.iss); d.issuer == nil {
		return d.reject(ErrUnknownIssuer)
	}
	return true
}
