package attack

import "crypto/sha256"

// digest returns the SHA-256 of input.
func digest(input string) []byte {
	d := sha256.Sum256([]byte(input))
	return d[:]
}
