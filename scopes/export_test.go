package scopes

import "reflect"

// Equal reports whether a and b are built alike. Requirements with conditions
// never are.
func Equal(a, b Requirement) bool { return reflect.DeepEqual(a, b) }
