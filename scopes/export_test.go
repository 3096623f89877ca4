package scopes

import (
	"reflect"

	"github.com/bearerguard/bearerguard/claims"
)

// Equal reports whether a and b have the same parts. Requirements with
// conditions are never equal.
func Equal(a, b Requirement) bool { return reflect.DeepEqual(a, b) }

// Exact is the strategy that nil stands for, to run with the others.
var Exact Strategy = exact

// FiltersInTwoWays returns the filters of granted for the SMART scope required, as they
// are found for a few scopes and for many.
func FiltersInTwoWays(required string, granted []string) (few, many [][]string) {
	s, _ := parseSMART(required)
	grants, _ := s.grants(&claims.Token{Scopes: granted})
	return widest(s.filtersOfFew(grants)), s.filtersOfMany(grants)
}
