package middleware

import "strings"

// readCredential reads the token of the request.
func (d *decision) readCredential(r *Request) bool {
	if r.Token != "" {
		d.raw, d.given = r.Token, true
		return true
	}
	raw, reason := d.auth.places.token(r)
	if reason != "" {
		d.hint, d.quiet = d.auth.places.hint(r, reason), true
		return d.reject(reason)
	}
	d.raw = raw
	return true
}

// oneWord reports whether s is one word that a client may mean as a token: visible ASCII
// characters (RFC 6749, appendix A.12), no commas, which separate the members of a list,
// and not only padding. A token68 (RFC 9110, section 11.2) is such a word, and so is an
// opaque token that has other characters.
func oneWord(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == ',' {
			return false
		}
	}
	return strings.TrimRight(s, "=") != ""
}
