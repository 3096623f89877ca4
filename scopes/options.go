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
	// Path returns the values of the parameters of the request's path, as *http.Request
	// does. Nil means that there are none, and no token satisfies a requirement about
	// one.
	Path interface{ PathValue(name string) string }
	// Strategy compares scopes. Nil compares them byte for byte.
	Strategy Strategy
}
