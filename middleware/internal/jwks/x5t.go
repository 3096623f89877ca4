package jwks

import (
	"crypto/sha1" //nolint:gosec // the length of a hash that names a certificate
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// CertificateHash returns the one form in which two spellings of an x5t or
// x5t#S256 (RFC 7517, sections 4.8 and 4.9) are equal, for a key and for the header
// of a token alike. Issuers write the hash in base64url, in base64, with and without
// padding, in hexadecimal, and in base64url of hexadecimal; it becomes base64url
// without padding. Anything else stays as it is, for it may still be the name by
// which an issuer's tokens name its key. A text that is longer than any kid may be
// is no name: it becomes empty.
//
// The hash only finds candidates. Whether a token is valid is for the signature.
func CertificateHash(s string) string {
	if len(s) > MaxKeyIDLen {
		return ""
	}
	if sum, ok := hexHash(s); ok {
		return encode(sum)
	}
	b, err := base64.RawStdEncoding.DecodeString(
		strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "=")))
	if err != nil {
		return s
	}
	if sum, ok := hexHash(string(b)); ok {
		return encode(sum)
	}
	if len(b) == sha1.Size || len(b) == sha256.Size {
		return encode(b)
	}
	return s
}

// hexHash decodes a hash in hexadecimal, also with a colon between the bytes.
func hexHash(s string) ([]byte, bool) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	return b, err == nil && (len(b) == sha1.Size || len(b) == sha256.Size)
}
