package middleware

import "github.com/bearerguard/bearerguard/middleware/internal/jws"

// defaultAlgorithms are the algorithms of an issuer whose Algorithms are empty.
var defaultAlgorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// allowedAlgorithms returns the algorithms of an issuer, by name.
func allowedAlgorithms(names []string) map[string]*jws.Algorithm {
	if len(names) == 0 {
		names = defaultAlgorithms
	}
	return jws.Algorithms(names...)
}
