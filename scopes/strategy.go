package scopes

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// A Strategy reports whether the scopes of a token cover one required scope.
// One Strategy is set for an API and applies to all its routes. It must be safe
// for concurrent use. The nil Strategy compares scopes byte for byte (RFC 6749,
// section 3.3). [SMART], [OpenEHR] and [WLCG] are strategies; [Hierarchy],
// [Wildcard] and [Implied] return strategies.
//
// Under every strategy but nil a scope can cover others. Set one only if the
// authorization server gives its scopes this meaning: otherwise a client that
// may have a harmless scope can reach more of the API than the scope's name
// says.
//
// An API that needs two strategies combines them in a function of its own.
type Strategy func(t *claims.Token, required string) bool

// exact is what the nil Strategy stands for.
func exact(t *claims.Token, required string) bool {
	return slices.Contains(t.Scopes, required)
}

// Hierarchy returns a Strategy in which a scope covers itself and the levels
// below it, which separator divides. With Hierarchy('.'), "api" covers
// "api.read" and "api.read.own"; it does not cover "apix.read" and "api.".
//
// Do not use it for scopes that begin with a verb: with Hierarchy(':'), "read"
// covers "read:org", "read:salaries" and so on.
func Hierarchy(separator byte) Strategy {
	return func(t *claims.Token, required string) bool {
		for _, granted := range t.Scopes {
			rest, ok := strings.CutPrefix(required, granted)
			if ok && granted != "" && (rest == "" || len(rest) > 1 && rest[0] == separator) {
				return true
			}
		}
		return false
	}
}

// Wildcard returns a Strategy in which a granted scope may have "*" in the place
// of a segment, which separator divides. At the end "*" stands for one or more
// segments, elsewhere for one. It never stands for an empty segment or a part
// of one. With Wildcard('.'), "deals.*" covers "deals.read" and
// "deals.read.own", but not "deals"; "deals.*.own" covers "deals.read.own";
// "deals.re*" covers only itself; "*" covers every scope.
func Wildcard(separator byte) Strategy {
	return func(t *claims.Token, required string) bool {
		for _, granted := range t.Scopes {
			if granted == "*" || wildcardCovers(granted, required, separator) {
				return true
			}
		}
		return false
	}
}

func wildcardCovers(granted, required string, separator byte) bool {
	for {
		pattern, patternRest, patternMore := cutByte(granted, separator)
		segment, rest, more := cutByte(required, separator)
		if pattern == "*" {
			if segment == "" {
				return false
			}
			if !patternMore {
				return true
			}
		} else if pattern != segment {
			return false
		}
		if !patternMore || !more {
			return patternMore == more
		}
		granted, required = patternRest, rest
	}
}

func cutByte(s string, separator byte) (before, after string, found bool) {
	if i := strings.IndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// Implied returns a Strategy in which a scope covers itself and the scopes that
// table lists for it, and the scopes listed for those. With
// {"admin:x": {"write:x"}, "write:x": {"read:x"}}, "admin:x" covers "write:x"
// and "read:x". Scopes that list each other cover each other. The table is
// copied. With a nil table scopes are compared byte for byte.
func Implied(table map[string][]string) Strategy {
	coveredBy := make(map[string][]string)
	for granted, implied := range table {
		reached := map[string]bool{granted: true}
		for todo := slices.Clone(implied); len(todo) > 0; {
			name := todo[0]
			todo = todo[1:]
			if reached[name] {
				continue
			}
			reached[name] = true
			coveredBy[name] = append(coveredBy[name], granted)
			todo = append(todo, table[name]...)
		}
	}
	return func(t *claims.Token, required string) bool {
		if exact(t, required) {
			return true
		}
		for _, granted := range coveredBy[required] {
			if slices.Contains(t.Scopes, granted) {
				return true
			}
		}
		return false
	}
}
