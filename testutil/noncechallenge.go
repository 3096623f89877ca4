package testutil

import (
	"net/http"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// asksForNonce reports whether a response asks for a proof with the nonce that it
// gives (RFC 9449 section 9).
func asksForNonce(r *http.Response) bool {
	if r.StatusCode != http.StatusUnauthorized || len(r.Header.Values("DPoP-Nonce")) != 1 {
		return false
	}
	for _, field := range r.Header.Values("WWW-Authenticate") {
		if hasNonceError(field) {
			return true
		}
	}
	return false
}

// hasNonceError reports whether field, one or several challenges (RFC 9110 section
// 11.6.1), has a challenge of the scheme DPoP with the error use_dpop_nonce.
func hasNonceError(field string) bool {
	inDPoP := false
	for _, item := range splitList(field) {
		// An item is a parameter, or a scheme with the first of its parameters.
		name, value, isParam := strings.Cut(item, "=")
		name = strings.TrimRight(name, " \t")
		if scheme, first, ok := strings.Cut(name, " "); ok || !isParam {
			inDPoP = strings.EqualFold(scheme, "DPoP")
			name = strings.TrimLeft(first, " ")
		}
		value = strings.Trim(value, " \t")
		if inDPoP && strings.EqualFold(name, "error") &&
			(value == "use_dpop_nonce" || value == `"use_dpop_nonce"`) {
			return true
		}
	}
	return false
}

// splitList splits at the commas that are outside of quoted strings.
func splitList(field string) []string {
	var items []string
	quoted, start := false, 0
	for n := 0; n < len(field); n++ {
		switch c := field[n]; {
		case quoted && c == '\\':
			n++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			items = append(items, strings.TrimSpace(field[start:n]))
			start = n + 1
		}
	}
	return append(items, strings.TrimSpace(field[start:]))
}

// mayBeBound reports whether token is bound to a key by its cnf.jkt, or is not a JWT
// that shows what it is bound to.
func mayBeBound(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return true
	}
	payload, err := strictjson.DecodeBase64URL(nil, parts[1])
	if err != nil {
		return true
	}
	claims, err := strictjson.Parse(payload, nil)
	if err != nil {
		return true
	}
	_, bound := claims.Lookup("cnf", "jkt")
	return bound
}
