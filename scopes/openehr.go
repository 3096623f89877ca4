package scopes

import (
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// OpenEHR is the [Strategy] for SMART on openEHR: a scope is a compartment
// (patient, user or system), a slash, a kind (template, composition or aql), a
// hyphen, a pattern for the identifiers of templates or queries, a dot, and
// permissions out of "cruds" in this order. Identifiers hold dots and hyphens
// themselves, so the last dot and the first hyphen count.
//
//   - The pattern "*" or "**" alone stands for everything, and is what a route
//     for arbitrary queries requires ("system/aql-*.rs").
//   - Within a pattern "*" stands for any characters of one part of an
//     identifier, whose parts "::" separates, and "**" for any characters.
//   - Every single permission must be granted; several granted scopes may share
//     in it. Compartments and kinds never cover each other.
//   - What is not written so covers only itself. The words of SMART version 1
//     ("read") are no permissions here.
//
// As with [SMART], scopes in the compartment of a patient are worth nothing to a
// client that acts for itself unless the token names the patient.
//
// A handler that learns the template from the request asks for it then:
//
//	scopes.Scope("user/composition-"+id+".c").SatisfiedBy(token, scopes.Options{Strategy: scopes.OpenEHR})
func OpenEHR(t *claims.Token, required string) bool {
	need, ok := parseOpenEHR(required)
	if !ok {
		return Exact(t, required)
	}
	var granted permissions
	for _, scope := range t.Scopes {
		g, ok := parseOpenEHR(scope)
		if ok && g.compartment == need.compartment && g.kind == need.kind &&
			g.permissions&^granted != 0 && patternCovers(g.pattern, need.pattern) {
			granted |= g.permissions
		}
	}
	return granted.cover(need.permissions) && inContext(t, need.compartment)
}

type openEHRScope struct {
	compartment, kind, pattern string
	permissions                permissions
}

func parseOpenEHR(s string) (openEHRScope, bool) {
	compartment, rest, ok := cutContext(s)
	if !ok {
		return openEHRScope{}, false
	}
	kind, rest, _ := strings.Cut(rest, "-")
	switch kind {
	case "template", "composition", "aql":
	default:
		return openEHRScope{}, false
	}
	dot := strings.LastIndexByte(rest, '.')
	if dot <= 0 {
		return openEHRScope{}, false
	}
	granted, ok := parsePermissions(rest[dot+1:])
	return openEHRScope{compartment, kind, rest[:dot], granted}, ok
}

// patternCovers reports whether every identifier that need stands for is one
// that pattern stands for.
func patternCovers(pattern, need string) bool {
	switch {
	case pattern == "*" || pattern == "**" || pattern == need:
		return true
	case need == "*" || strings.Contains(need, "**"):
		// A "*" of the pattern would take these for characters of one part.
		return false
	}
	return patternMatches(pattern, need)
}

// patternMatches matches step by step, remembering all positions in id that the
// pattern read so far can lead to, so that no pattern takes longer than its
// length times that of id.
func patternMatches(pattern, id string) bool {
	var few [128]bool
	reached := few[:]
	if len(id) >= len(few) {
		reached = make([]bool, len(id)+1)
	}
	reached = reached[:len(id)+1]
	reached[0] = true
	for len(pattern) > 0 {
		switch {
		case strings.HasPrefix(pattern, "**"):
			pattern = pattern[2:]
			spread(reached, id, true)
		case pattern[0] == '*':
			pattern = pattern[1:]
			spread(reached, id, false)
		default:
			n := symbol(pattern)
			advance(reached, id, pattern[:n])
			pattern = pattern[n:]
		}
	}
	return reached[len(id)]
}

// symbol returns the length of the first symbol of s: "::" is one.
func symbol(s string) int {
	if strings.HasPrefix(s, "::") {
		return 2
	}
	return 1
}

// spread marks what can be reached by reading any symbols, "::" only if across
// is set.
func spread(reached []bool, id string, across bool) {
	for i := 0; i < len(id); {
		n := symbol(id[i:])
		if reached[i] && (n == 1 || across) {
			reached[i+n] = true
		}
		i += n
	}
}

// advance marks what can be reached by reading exactly the symbol want.
func advance(reached []bool, id, want string) {
	before := false
	for i := 0; i <= len(id); {
		n, matches := 1, false
		if i < len(id) {
			n = symbol(id[i:])
			matches = reached[i] && id[i:i+n] == want
		}
		reached[i] = before
		before = matches
		i += n
	}
}
