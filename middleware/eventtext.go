package middleware

import (
	"net/http"

	"github.com/bearerguard/bearerguard/scopes"
)

// methods are the methods of RFC 9110, section 9, and of RFC 5789.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace,
}

// methodName returns method as logs and metrics may have it: a client may send any word,
// a secret too, and the memory of it belongs to the server.
func methodName(method string) string {
	if method == "" {
		return ""
	}
	for _, known := range methods {
		if method == known {
			return known
		}
	}
	return "other"
}

// needText returns the requirements of a guard in one text, "" if there are none.
func needText(need []scopes.Requirement) string {
	if len(need) == 0 {
		return ""
	}
	return scopes.All(need...).String()
}
