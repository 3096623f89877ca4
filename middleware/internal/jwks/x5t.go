package jwks

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// CertificateHash returns the one form in which two spellings of an x5t or
// x5t#S256 (RFC 7517, sections 4.8 and 4.9) are equal, for a key and for the header
// of a token alike. Issuers write the hash in base64url, in base64, with and without
// padding, in hexadecimal, and in base64url of that, once or twice; it becomes base64url
// without padding. Anything else stays as it is, for it may still be the name by
// which an issuer's tokens name its key. A text that is longer than any kid may be
// is no name: it becomes empty.
//
// The hash only finds candidates. Whether a token is valid is for the signature.
func CertificateHash(s string) string {
	if len(s) > MaxKeyIDLen {
		return ""
	}
	text := s
	for range 3 { // hexadecimal may be encoded twice
		if sum, ok := hexHash(text); ok {
			return encode(sum)
		}
		b, err := base64.RawStdEncoding.DecodeString(
			strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "=")))
		switch {
		case err != nil:
			return s
		case isHash(b):
			return encode(b)
		}
		text = string(b)
	}
	return s
}

// hexHash decodes a hash in hexadecimal, also with a colon between the bytes.
func hexHash(s string) ([]byte, bool) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	return b, err == nil && isHash(b)
}

// isHash reports whether b has the length of one of the hashes.
func isHash(b []byte) bool { return len(b) == sha1.Size || len(b) == sha256.Size }

// hashMember returns a hash of the key's certificate that the JWK has. It is empty if
// there is none: it decides nothing, so it spoils nothing.
func hashMember(members strictjson.Object, name string) string {
	raw, _ := members.Get(name)
	s, _ := strictjson.String(raw)
	return CertificateHash(s)
}

// hashes returns the hashes of a certificate, in the form of CertificateHash.
func hashes(der []byte) (x5t, x5tS256 string) {
	one, other := sha1.Sum(der), sha256.Sum256(der)
	return encode(one[:]), encode(other[:])
}
