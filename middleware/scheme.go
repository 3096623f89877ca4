package middleware

import "strings"

// schemeToken returns the token of the Authorization field with this scheme (RFC 6750,
// section 2.1).
//
// The reason is ErrNoToken if r uses no token of the scheme, and ErrMalformedRequest if
// the field is not understood. schemeToken does not check that the token is a token68.
func schemeToken(r *Request, scheme string) (token string, reason Reason) {
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
