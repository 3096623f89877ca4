package scopes

import "reflect"

// Equal reports whether a and b have the same parts. Requirements with
// conditions are never equal.
func Equal(a, b Requirement) bool { return reflect.DeepEqual(a, b) }

// Exact is the strategy that nil stands for, to run with the others.
var Exact Strategy = exact
