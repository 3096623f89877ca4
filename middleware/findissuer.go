package middleware

import "github.com/bearerguard/bearerguard/internal/strictjson"

// findIssuer finds the configured issuer that the iss claim names, byte for byte.
// iss is the one claim that is used before the signature is verified. If the issuer has
// several key sets, the signature decides later which of them it is.
func (d *decision) findIssuer() bool {
	all := &d.auth.issuers
	raw, ok := d.scratch.payload.Lookup("iss")
	if !ok {
		if d.sources = all.anonymous; d.sources == nil {
			return d.reject(ErrMalformedToken)
		}
		d.issuer = d.sources[0]
		return true
	}
	var buf [256]byte
	iss, ok := strictjson.AppendString(buf[:0], raw)
	if !ok {
		return d.reject(ErrMalformedToken)
	}
	if d.sources = all.exact[string(iss)]; d.sources != nil {
		d.issuer = d.sources[0]
		d.iss = d.issuer.URL
		return true
	}
	d.iss = string(iss)
	if d.sources, d.issuer = all.template(d.iss); d.issuer == nil {
		return d.reject(ErrUnknownIssuer)
	}
	return true
}
