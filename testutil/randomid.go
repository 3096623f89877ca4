package testutil

import (
	"crypto/rand"
	"encoding/hex"
)

// randomID returns 128 random bits as hex digits.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}
