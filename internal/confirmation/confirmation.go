// Package confirmation reads the cnf claim (RFC 7800), which says to what key a token is
// bound.
package confirmation

import "github.com/bearerguard/bearerguard/internal/strictjson"

// Thumbprints are the keys that a token is bound to, each in base64url as in the token.
type Thumbprints struct {
	// Key is jkt, the thumbprint of a DPoP key (RFC 9449, section 6.1).
	Key string
	// Certificate is x5t#S256, the hash of a client certificate (RFC 8705, section 3.1).
	Certificate string
}

// Read reads the value of a cnf claim. It returns false unless raw is an object that names
// a key, a certificate or both, and nothing else: what else a token is bound to could not
// be checked, and the token must not pass without (RFC 7800, section 3.1, leaves that to
// the application).
func Read(raw []byte) (t Thumbprints, ok bool) {
	members, ok := strictjson.Members(raw)
	if !ok || len(members) == 0 {
		return Thumbprints{}, false
	}
	for i := range members {
		value, isText := strictjson.String(members[i].Value)
		if !isText || !isHash(value) {
			return Thumbprints{}, false
		}
		switch members[i].Name {
		case "jkt":
			t.Key = value
		case "x5t#S256":
			t.Certificate = value
		default:
			return Thumbprints{}, false
		}
	}
	return t, true
}

// isHash reports whether s is a SHA-256 value in base64url without padding.
func isHash(s string) bool {
	var buf [34]byte // two more than the value, for the decoder
	value, err := strictjson.DecodeBase64URL(buf[:0], s)
	return err == nil && len(value) == 32
}
