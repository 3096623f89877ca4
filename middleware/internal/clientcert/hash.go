package clientcert

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// readSHA256 reads the SHA-256 of a certificate in one of the forms that the Format
// SHA256 has. Their lengths tell them apart.
func readSHA256(text string) (hash [32]byte, found Finding) {
	if absent(text) {
		return hash, None
	}
	ok := false
	switch len(text) {
	case 64:
		hash, ok = parseHex(text)
	case 64 + 31:
		hash, ok = parseColons(text)
	case 43, 44:
		hash, ok = parseBase64(text)
	}
	if !ok {
		return [32]byte{}, Malformed
	}
	return hash, Found
}

// parseHex reads 64 hexadecimal digits.
func parseHex(text string) (hash [32]byte, ok bool) {
	if len(text) != 64 {
		return hash, false
	}
	_, err := hex.Decode(hash[:], []byte(text))
	return hash, err == nil && isHash(&hash)
}

// parseColons reads 32 times two hexadecimal digits with a colon between them.
func parseColons(text string) (hash [32]byte, ok bool) {
	for i := range hash {
		if i > 0 && text[3*i-1] != ':' {
			return hash, false
		}
		var ok bool
		if hash[i], ok = hexByte(text[3*i : 3*i+2]); !ok {
			return hash, false
		}
	}
	return hash, isHash(&hash)
}

var (
	rawBase64    = base64.RawStdEncoding.Strict()
	rawBase64URL = base64.RawURLEncoding.Strict()
)

// parseBase64 reads 43 characters of base64 or base64url, not of both, that one padding
// character may follow.
func parseBase64(text string) (hash [32]byte, ok bool) {
	text = strings.TrimSuffix(text, "=")
	encoding := rawBase64
	if strings.ContainsAny(text, "-_") {
		encoding = rawBase64URL
	}
	// The decoder skips line breaks, so the number of bytes says nothing about that of
	// the characters.
	if len(text) != 43 || strings.ContainsAny(text, "\r\n") {
		return hash, false
	}
	_, err := encoding.Decode(hash[:], []byte(text))
	return hash, err == nil && isHash(&hash)
}

// noBytes is what a proxy writes that hashes the certificate of a client without one.
var noBytes = sha256.Sum256(nil)

// isHash reports whether hash can be that of a certificate: it is not that of no bytes,
// and not zero.
func isHash(hash *[32]byte) bool { return *hash != noBytes && *hash != [32]byte{} }
