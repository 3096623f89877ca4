package scopes

import (
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// SMART is the [Strategy] for SMART App Launch (HL7), versions 1 and 2. A scope
// is a context (patient, user or system), a slash, a FHIR resource type or "*",
// a dot, and permissions out of "cruds". Of version 1, "read" means "rs",
// "write" means "cud" and "*" means "cruds".
//
//   - Every required permission must be granted, by one scope or by several
//     together. Writing does not include reading.
//   - A granted "*" covers every resource type. A required "*" is covered by a
//     granted "*" only.
//   - The contexts say on whose authority a client acts. None covers another.
//   - A granted scope with search parameters ("?category=laboratory") covers a
//     required scope that has at least these parameters. Parameters are compared
//     as they are written. A route that can filter by them uses [SMARTFiltered].
//   - Every other scope, such as launch and openid, covers only itself. So does
//     one whose permissions are out of order.
//
// Scopes in the context of a patient do not count for a client that acts for
// itself (a token of Kind Client) unless the token names the patient in the
// claim patient or ehrId. For other tokens the handler has to determine the
// patient, which may stand outside of the token, and to reject a request
// without one.
func SMART(t *claims.Token, required string) bool {
	need, ok := parseSMART(required)
	if !ok {
		return exact(t, required)
	}
	var granted permissions
	needed := parameterSet{text: need.parameters}
	for _, scope := range t.Scopes {
		if g, ok := parseSMART(scope); ok && g.covers(need) && parametersIn(g.parameters, &needed) {
			granted |= g.permissions
		}
	}
	return granted.include(need.permissions) && contextCounts(t, need.context)
}

// A smartScope is a SMART scope for a resource.
type smartScope struct {
	context, resource string
	permissions       permissions
	parameters        string // as written, joined by "&"
}

func parseSMART(s string) (smartScope, bool) {
	scope, parameters, hasParameters := strings.Cut(s, "?")
	context, rest, ok := cutContext(scope)
	if !ok {
		return smartScope{}, false
	}
	resource, suffix, ok := strings.Cut(rest, ".")
	if !ok || resource != "*" && !isResourceType(resource) {
		return smartScope{}, false
	}
	granted, ok := parsePermissions(suffix)
	if !ok && !hasParameters {
		// Version 1 has words, and no parameters.
		granted, ok = parseVersion1(suffix)
	}
	if !ok || hasParameters && !validParameters(parameters) {
		return smartScope{}, false
	}
	return smartScope{context, resource, granted, parameters}, true
}

// cutContext splits a scope after its context, which openEHR calls compartment.
func cutContext(s string) (context, rest string, ok bool) {
	context, rest, ok = strings.Cut(s, "/")
	switch context {
	case "patient", "user", "system":
		return context, rest, ok
	}
	return "", "", false
}

// isResourceType reports whether s is spelled like a FHIR resource type.
func isResourceType(s string) bool {
	for i := range len(s) {
		upper := 'A' <= s[i] && s[i] <= 'Z'
		if !upper && (i == 0 || s[i] < 'a' || 'z' < s[i]) {
			return false
		}
	}
	return s != ""
}

func parseVersion1(suffix string) (permissions, bool) {
	switch suffix {
	case "read":
		suffix = "rs"
	case "write":
		suffix = "cud"
	case "*":
		suffix = "cruds"
	default:
		return 0, false
	}
	return parsePermissions(suffix)
}

func validParameters(s string) bool {
	for parameter := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if name == "" || value == "" {
			return false
		}
	}
	return true
}

// covers reports whether s has the context of need and includes its resource
// type. It does not compare permissions and parameters.
func (s *smartScope) covers(need smartScope) bool {
	return s.context == need.context && (s.resource == "*" || s.resource == need.resource)
}

// permissions are a set of the letters c, r, u, d and s.
type permissions uint8

// parsePermissions reads one or more of the letters, in order and each at most
// once.
func parsePermissions(s string) (permissions, bool) {
	const letters = "cruds"
	var p permissions
	next := 0
	for i := range len(s) {
		at := strings.IndexByte(letters[next:], s[i])
		if at < 0 {
			return 0, false
		}
		p |= 1 << (next + at)
		next += at + 1
	}
	return p, p != 0
}

func (p permissions) include(need permissions) bool { return need&^p == 0 }

// contextCounts reports whether scopes of the context count for t.
func contextCounts(t *claims.Token, context string) bool {
	if context != "patient" || t.Kind != claims.KindClient {
		return true
	}
	for _, claim := range []string{"patient", "ehrId"} {
		if id, ok := claims.Get[string](t, claim); ok && id != "" {
			return true
		}
	}
	return false
}
