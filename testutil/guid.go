package testutil

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
)

// isGUID reports whether s is 32 hex digits in the usual five groups.
func isGUID(s string) bool {
	groups := strings.Split(s, "-")
	if len(groups) != 5 {
		return false
	}
	for n, size := range []int{8, 4, 4, 4, 12} {
		if len(groups[n]) != size || strings.Trim(groups[n], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}

func formatGUID(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func randomGUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6] = b[6]&0x0f | 0x40 // RFC 9562 section 5.4
	b[8] = b[8]&0x3f | 0x80
	return formatGUID(b)
}

// derivedGUID returns the same GUID for the same name.
func derivedGUID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return formatGUID(sum[:])
}
