package middleware

import (
	"net/http"
	"strings"
)

// readCredential reads the token of the request.
func (d *decision) readCredential() bool {
	if d.request == nil {
		return true
	}
	raw, reason := bearerToken(d.request)
	if reason != "" {
		d.hint, d.quiet = hintCredential(d.request.Header["Authorization"]), true
		return d.reject(reason)
	}
	d.raw = raw
	return true
}

// bearerToken returns the bearer token of r (RFC 6750, section 2.1). It reads only
// the Authorization field. Tokens in the query, in forms and in cookies do not count.
//
// The reason is ErrNoToken if r uses no bearer token, and ErrMalformedRequest if the
// field is not understood. bearerToken does not check that the token is one word.
func bearerToken(r *http.Request) (token string, reason Reason) {
	fields := r.Header["Authorization"]
	switch len(fields) {
	case 0:
		return "", ErrNoToken
	case 1:
	default:
		// The field is a singleton (RFC 9110, section 11.6.2). Another reader may
		// take the one of two that we do not.
		return "", ErrMalformedRequest
	}
	field := fields[0]
	if n := len(field); n > 0 && (isBlank(field[0]) || isBlank(field[n-1])) { // servers have trimmed it
		field = strings.Trim(field, " \t")
	}
	const scheme = "Bearer"
	if len(field) < len(scheme) || !strings.EqualFold(field[:len(scheme)], scheme) {
		return "", ErrNoToken
	}
	rest := field[len(scheme):]
	if rest == "" {
		return "", ErrMalformedRequest
	}
	token = strings.TrimLeft(rest, " ")
	if len(token) == len(rest) {
		if tokenChars[rest[0]] {
			return "", ErrNoToken // another scheme, such as "Bearer2"
		}
		return "", ErrMalformedRequest // "Bearer:" or a tab
	}
	return token, ""
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

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
