package middleware

import (
	"net/http"
	"strings"
)

// credential returns the bearer token of r (RFC 6750, section 2.1). It looks at
// the Authorization field and nowhere else: a token in the query, in a form or
// in a cookie is none.
//
// The error is ErrNoToken for a request that does not try to authenticate this
// way, ErrMalformedRequest for one whose try cannot be understood. Whether the
// token is a token68 is for the caller to ask if it turns out to be malformed.
func credential(r *http.Request) (string, Reason) {
	fields := r.Header["Authorization"]
	switch len(fields) {
	case 0:
		return "", ErrNoToken
	case 1:
	default:
		// The field is a singleton (RFC 9110, section 11.6.2): whoever reads
		// the first of two may decide differently from us.
		return "", ErrMalformedRequest
	}
	field := fields[0]
	if n := len(field); n > 0 && (blank(field[0]) || blank(field[n-1])) { // servers have trimmed it
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
	token := strings.TrimLeft(rest, " ")
	if len(token) == len(rest) {
		if tchar(rest[0]) {
			return "", ErrNoToken // another scheme, such as "Bearer2"
		}
		return "", ErrMalformedRequest // "Bearer:" or a tab
	}
	return token, ""
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// token68 reports whether s is a token68 (RFC 9110, section 11.2), the only
// form that bearer credentials have.
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

var token68Chars = charset("-._~+/")

// tchar reports whether c may be part of a scheme's name (RFC 9110, section
// 5.6.2).
func tchar(c byte) bool { return tchars[c] }

var tchars = charset("!#$%&'*+-.^_`|~")

// charset returns the set of letters, digits and the characters of more.
func charset(more string) (set [256]bool) {
	for c := '0'; c <= '9'; c++ {
		set[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		set[c], set[c-'a'+'A'] = true, true
	}
	for i := range len(more) {
		set[more[i]] = true
	}
	return set
}
