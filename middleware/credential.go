package middleware

// readCredential reads the token of the request.
func (d *decision) readCredential(r *Request) bool {
	if r.Token != "" {
		d.raw, d.given = r.Token, true
		return true
	}
	raw, reason := d.auth.places.token(r)
	if reason != "" {
		return d.reject(reason)
	}
	d.raw = raw
	return true
}

// token68 reports whether s is a token68 (RFC 9110, section 11.2), as every bearer
// token is.
func token68(s string) bool {
	end := len(s)
	for end > 0 && s[end-1] == '=' {
		end--
	}
	for i := range end {
		if !token68Chars[s[i]] {
			return false
		}
	}
	return end > 0
}
