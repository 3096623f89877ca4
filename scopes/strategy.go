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
		need := segmented{scope: required, separator: separator}
		for _, granted := range t.Scopes {
			if granted == "*" || granted == required || need.matches(granted) {
				return true
			}
		}
		return false
	}
}

// A segmented is a required scope whose segments are found once for all granted
// scopes, so that each of these takes time for its own length.
type segmented struct {
	scope     string
	separator byte
	ends      []int // of the segments of a long scope, nil until they are needed
}

// longScope is the length above which it pays to remember the segments.
const longScope = 256

// matches reports whether granted, which is another scope, covers s by wildcards.
func (s *segmented) matches(granted string) bool {
	if strings.IndexByte(granted, '*') < 0 {
		return false
	}
	if s.ends == nil && len(s.scope) > longScope {
		s.ends = segmentEnds(s.scope, s.separator)
	}
	start := 0
	for n := 0; ; n++ {
		pattern, patternRest, patternMore := cutByte(granted, s.separator)
		end := s.end(n, start)
		if pattern == "*" {
			if start == end {
				return false
			}
			if !patternMore {
				return true
			}
		} else if pattern != s.scope[start:end] {
			return false
		}
		if more := end < len(s.scope); !patternMore || !more {
			return patternMore == more
		}
		granted, start = patternRest, end+1
	}
}

// end returns the end of segment n, which begins at start.
func (s *segmented) end(n, start int) int {
	if s.ends != nil {
		return s.ends[n]
	}
	before, _, _ := cutByte(s.scope[start:], s.separator)
	return start + len(before)
}

func segmentEnds(s string, separator byte) []int {
	var ends []int
	for i := range len(s) {
		if s[i] == separator {
			ends = append(ends, i)
		}
	}
	return append(ends, len(s))
}

func cutByte(s string, separator byte) (before, after string, found bool) {
	if i := strings.IndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}
