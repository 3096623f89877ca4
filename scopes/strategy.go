package scopes

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// A Strategy reports whether the scopes of a token cover one required scope.
// It is chosen once for an API, holds for all of its routes, and must be safe
// for concurrent use. The nil Strategy stands for [Exact]. [SMART], [OpenEHR]
// and [WLCG] are strategies; [Hierarchy], [Wildcard] and [Implied] make some.
//
// Every strategy but Exact lets a scope cover others, so that whoever may
// register scopes with the authorization server decides over more of the API
// than the scope's name says: choose one only if the server that issues the
// tokens means its scopes so.
//
// An API that needs two puts them together in a function of its own, which
// covers what either covers.
type Strategy func(t *claims.Token, required string) bool

// Exact covers a scope by itself only, compared byte for byte (RFC 6749,
// section 3.3). A "*" is a character like any other.
func Exact(t *claims.Token, required string) bool {
	return slices.Contains(t.Scopes, required)
}

// Hierarchy covers a scope by itself and by those above it, where separator
// parts the levels: by Hierarchy('.') "api" covers "api.read" and
// "api.read.own", and neither "apix.read" nor "api." and nothing that begins
// with another name.
//
// It is dangerous where the verb comes first: by Hierarchy(':') "read" covers
// "read:org" and everything else that is read.
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

// Wildcard covers a scope by itself and by granted scopes with "*" in place of
// whole segments, which separator parts: at the end it stands for one or more
// segments, elsewhere for exactly one, and never for an empty one. By
// Wildcard('.') "deals.*" covers "deals.read" and "deals.read.own" and not
// "deals"; "deals.*.own" covers "deals.read.own"; "deals.re*" covers only
// itself; "*" covers every scope.
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

// Implied covers a scope by itself and by the scopes that imply it, as table
// says: by {"admin:x": {"write:x"}, "write:x": {"read:x"}} the scope "admin:x"
// covers "write:x" and, since implication is transitive, "read:x". Scopes that
// imply each other are the same permission. The table is copied; a nil one
// makes Implied the same as Exact.
func Implied(table map[string][]string) Strategy {
	// By the required scope, the others that cover it.
	covering := make(map[string][]string)
	for granted, implied := range table {
		reached := map[string]bool{granted: true}
		for todo := slices.Clone(implied); len(todo) > 0; {
			name := todo[0]
			todo = todo[1:]
			if reached[name] {
				continue
			}
			reached[name] = true
			covering[name] = append(covering[name], granted)
			todo = append(todo, table[name]...)
		}
	}
	return func(t *claims.Token, required string) bool {
		if slices.Contains(t.Scopes, required) {
			return true
		}
		for _, granted := range covering[required] {
			if slices.Contains(t.Scopes, granted) {
				return true
			}
		}
		return false
	}
}
