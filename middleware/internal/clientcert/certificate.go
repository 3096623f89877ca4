package clientcert

import (
	"crypto/sha256"
	"encoding/base64"
)

// room is the number of bytes of a certificate for which nothing is allocated, and
// textRoom that of its PEM. Most certificates have between 400 and 2000 bytes.
const (
	room     = 3 << 10
	textRoom = 4<<10 + 256 // base64, line breaks and labels
)

var strictBase64 = base64.StdEncoding.Strict()

// decodeBase64 appends the bytes that text stands for to dst. It accepts only canonical
// base64 in the standard alphabet (RFC 4648, section 4).
//
// RFC 8941, section 4.2.7, lets parsers accept missing padding and stray bits. No proxy
// writes them, and with a single spelling for each certificate all parsers on the way
// of a request agree on what they read.
func decodeBase64(dst, text []byte) ([]byte, bool) {
	der, err := strictBase64.AppendDecode(dst, text)
	// The decoder skips line breaks. With one, the text is longer than it has to be.
	return der, err == nil && strictBase64.EncodedLen(len(der)-len(dst)) == len(text)
}

// hashCertificate returns the SHA-256 of a certificate.
func hashCertificate(der []byte) (hash [32]byte, found Finding) {
	if !isSequence(der) {
		return hash, Malformed
	}
	return sha256.Sum256(der), Found
}

// A chain takes the certificates of a field one after the other, the client's first.
type chain struct {
	leaf [32]byte // the hash of the first
	any  bool
}

// add adds a certificate. It returns false if that is not well formed.
func (c *chain) add(der []byte) bool {
	hash, found := hashCertificate(der)
	if !c.any {
		c.leaf, c.any = hash, true
	}
	return found == Found
}

// isSequence reports whether der is one ASN.1 SEQUENCE with its length in the form that
// DER requires (X.690, section 10.1), and nothing else. This is all that is checked of a
// certificate: what has the form and is none is bound to no token.
func isSequence(der []byte) bool {
	if len(der) < 2 || der[0] != 0x30 {
		return false
	}
	switch n := len(der); der[1] {
	default:
		return der[1] < 0x80 && n == 2+int(der[1])
	case 0x81:
		return n >= 3+0x80 && n == 3+int(der[2])
	case 0x82: // enough for all that maxField leaves room for
		return n >= 4+0x100 && n == 4+int(der[2])<<8+int(der[3])
	}
}
