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
//   - No pattern but "*", "**" and the identifier itself covers an identifier of
//     more than 1024 bytes.
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
	id := identifier{text: need.pattern}
	for _, scope := range t.Scopes {
		g, ok := parseOpenEHR(scope)
		if ok && g.compartment == need.compartment && g.kind == need.kind &&
			g.permissions&^granted != 0 && id.coveredBy(g.pattern) {
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
