package scopes

import "time"

// Options say how a requirement is evaluated. The zero Options mean the current
// time, no leeway and exact comparison of scopes.
type Options struct {
	// Now is the time at which the age of an authentication is measured. Zero
	// means time.Now().
	Now time.Time
	// Leeway is the difference between two clocks that is tolerated when the age
	// of an authentication is measured. Zero and negative values mean none.
	Leeway time.Duration
	// Strategy compares scopes. Nil compares them byte for byte.
	Strategy Strategy
}
