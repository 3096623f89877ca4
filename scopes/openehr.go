package scopes

import (
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// OpenEHR is the [Strategy] for SMART on openEHR. A scope is a compartment
// (patient, user or system), a slash, a kind (template, composition or aql), a
// hyphen, a pattern for the identifiers of templates or queries, a dot, and
// permissions out of "cruds" in this order. The first hyphen and the last dot
// count, because identifiers contain dots and hyphens.
//
//   - The pattern "*" or "**" alone covers every identifier. A route for
//     arbitrary queries requires it ("system/aql-*.rs").
//   - Within a pattern "*" stands for any characters of one part of an
//     identifier, whose parts "::" separates, and "**" for any characters.
//   - Every required permission must be granted, by one scope or by several
//     together. No compartment covers another, and no kind covers another.
//   - Every other scope covers only itself. The words of SMART version 1, such
//     as "read", are not permissions here.
//
// As with [SMART], scopes in the compartment of a patient do not count for a
// client that acts for itself unless the token names the patient.
//
// A handler that reads the template's identifier from the request evaluates the
// requirement itself:
//
//	scopes.Scope("user/composition-"+id+".c").SatisfiedBy(token, scopes.Options{Strategy: scopes.OpenEHR})
func OpenEHR(t *claims.Token, required string) bool {
	need, ok := parseOpenEHR(required)
	if !ok {
		return exact(t, required)
	}
	var granted permissions
	for _, scope := range t.Scopes {
		g, ok := parseOpenEHR(scope)
		if ok && g.compartment == need.compartment && g.kind == need.kind &&
			g.permissions&^granted != 0 && patternCovers(g.pattern, need.pattern) {
			granted |= g.permissions
		}
	}
	return granted.include(need.permissions) && contextCounts(t, need.compartment)
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

// patternCovers reports whether pattern matches every identifier that need
// matches.
func patternCovers(pattern, need string) bool {
	switch {
	case pattern == "*" || pattern == "**" || pattern == need:
		return true
	case need == "*" || strings.Contains(need, "**"):
		// patternMatches would read these as characters of one part.
		return false
	}
	return patternMatches(pattern, need)
}

// patternMatches keeps, for the part of pattern that it has read, all positions
// in id that this part can reach. The time is at most proportional to the
// length of pattern times the length of id.
func patternMatches(pattern, id string) bool {
	var onStack [128]bool // saves an allocation for the usual lengths
	reached := onStack[:]
	if len(id) >= len(onStack) {
		reached = make([]bool, len(id)+1)
	}
	reached = reached[:len(id)+1]
	reached[0] = true
	for len(pattern) > 0 {
		switch {
		case strings.HasPrefix(pattern, "**"):
			pattern = pattern[2:]
			skipAny(reached, id, true)
		case pattern[0] == '*':
			pattern = pattern[1:]
			skipAny(reached, id, false)
		default:
			n := symbolLen(pattern)
			readSymbol(reached, id, pattern[:n])
			pattern = pattern[n:]
		}
	}
	return reached[len(id)]
}

// symbolLen returns the length of the first symbol of s: "::" or one byte.
func symbolLen(s string) int {
	if strings.HasPrefix(s, "::") {
		return 2
	}
	return 1
}

// skipAny marks the positions that any number of symbols lead to. "::" is among
// the symbols if acrossParts is set.
func skipAny(reached []bool, id string, acrossParts bool) {
	for i := 0; i < len(id); {
		n := symbolLen(id[i:])
		if reached[i] && (n == 1 || acrossParts) {
			reached[i+n] = true
		}
		i += n
	}
}

// readSymbol marks the positions that exactly the symbol want leads to.
func readSymbol(reached []bool, id, want string) {
	before := false
	for i := 0; i <= len(id); {
		n, matches := 1, false
		if i < len(id) {
			n = symbolLen(id[i:])
			matches = reached[i] && id[i:i+n] == want
		}
		reached[i] = before
		before = matches
		i += n
	}
}
