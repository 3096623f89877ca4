package scopes

import (
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// SMART is the [Strategy] for SMART App Launch (HL7), versions 1 and 2: a scope
// is a context (patient, user or system), a slash, a FHIR resource type or "*",
// a dot, and permissions. "rs" is what version 1 called "read", "cud" was
// "write" and "cruds" was "*".
//
//   - Every single permission that is required must be granted; several granted
//     scopes may share in it. Writing does not include reading.
//   - A granted "*" stands for every resource type; a required "*" is covered by
//     nothing less.
//   - Contexts say on whose authority a client acts and never cover each other.
//   - A granted scope with search parameters ("?category=laboratory") covers only
//     what is required with at least these parameters, compared as they are
//     written. See [SMARTFiltered] for a route that can filter by them.
//   - What is not written so, permissions out of order included, covers only
//     itself, as do launch, openid and the like.
//
// Scopes in the context of a patient are worth nothing to a client that acts
// for itself unless the token names the patient: for a token of Kind Client
// without a patient or ehrId claim they are not covered. For other tokens the
// handler still has to learn the patient, often from beside the token, and to
// refuse without one.
func SMART(t *claims.Token, required string) bool {
	need, ok := parseSMART(required)
	if !ok {
		return Exact(t, required)
	}
	var granted permissions
	for _, scope := range t.Scopes {
		if g, ok := parseSMART(scope); ok && g.concerns(need) && within(g.parameters, need.parameters) {
			granted |= g.permissions
		}
	}
	return granted.cover(need.permissions) && inContext(t, need.context)
}

// A smartScope is a SMART scope for a resource.
type smartScope struct {
	context, resource string
	permissions       permissions
	parameters        string // as written, joined by "&"
}

func parseSMART(s string) (smartScope, bool) {
	scope, parameters, constrained := strings.Cut(s, "?")
	context, rest, ok := cutContext(scope)
	if !ok {
		return smartScope{}, false
	}
	resource, suffix, ok := strings.Cut(rest, ".")
	if !ok || resource != "*" && !resourceType(resource) {
		return smartScope{}, false
	}
	granted, ok := parsePermissions(suffix)
	if !constrained && !ok {
		// Version 1 has words, and no parameters.
		granted, ok = versionOne(suffix)
	}
	if !ok || constrained && !validParameters(parameters) {
		return smartScope{}, false
	}
	return smartScope{context, resource, granted, parameters}, true
}

// cutContext splits a scope after its compartment.
func cutContext(s string) (context, rest string, ok bool) {
	context, rest, ok = strings.Cut(s, "/")
	switch context {
	case "patient", "user", "system":
		return context, rest, ok
	}
	return "", "", false
}

// resourceType reports whether s is written like the name of a FHIR resource
// type.
func resourceType(s string) bool {
	for i := range len(s) {
		upper := 'A' <= s[i] && s[i] <= 'Z'
		if !upper && (i == 0 || s[i] < 'a' || 'z' < s[i]) {
			return false
		}
	}
	return s != ""
}

func versionOne(suffix string) (permissions, bool) {
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

// concerns reports whether g is about the same context as need and includes its
// resource type.
func (g *smartScope) concerns(need smartScope) bool {
	return g.context == need.context && (g.resource == "*" || g.resource == need.resource)
}

// within reports whether every one of the parameters is in one of sets.
func within(parameters string, sets ...string) bool {
	if parameters == "" {
		return true
	}
	for parameter := range strings.SplitSeq(parameters, "&") {
		found := false
		for _, set := range sets {
			for other := range strings.SplitSeq(set, "&") {
				found = found || other == parameter
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// permissions are a set of the letters c, r, u, d and s.
type permissions uint8

// parsePermissions reads letters in their order, each at most once, at least
// one of them.
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

func (p permissions) cover(need permissions) bool { return need&^p == 0 }

// inContext reports whether scopes of that context can be worth something to
// t's bearer.
func inContext(t *claims.Token, context string) bool {
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
