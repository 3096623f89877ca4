package testutil

import "crypto/sha256"

// sha256Text returns the SHA-256 of data in base64url without padding, which is the
// form of jkt and ath (RFC 9449) and of x5t#S256 (RFC 8705).
func sha256Text(data []byte) string {
	sum := sha256.Sum256(data)
	return b64(sum[:])
}
