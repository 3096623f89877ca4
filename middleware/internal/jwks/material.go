package jwks

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"

	"github.com/MicahParks/jwkset"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Bounds of an RSA modulus.
const (
	minRSABits = 2048 // RFC 7518, section 3.3
	maxRSABits = 8192 // a longer key only makes each verification slower
)

// material is the public part of a key: its checked members in the form that
// jwkset reads, with each number in its minimal encoding.
type material struct {
	members    jwkset.JWKMarshal
	algorithms []string // that fit the key type and curve
	canonical  string   // the input of the thumbprint (RFC 7638, section 3)
}

// readMaterial checks the public members of a key. The error is a Note.
func readMaterial(text map[string]string) (m material, err error) {
	m.members.KTY = jwkset.KTY(text["kty"])
	switch m.members.KTY {
	case jwkset.KtyRSA:
		n, e, err := rsaNumbers(text)
		if err != nil {
			return m, err
		}
		m.members.N, m.members.E = encode(n), encode(e)
		m.algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
		m.canonical = `{"e":"` + m.members.E + `","kty":"RSA","n":"` + m.members.N + `"}`
		return m, nil
	case jwkset.KtyEC:
		size, alg := 0, ""
		switch text["crv"] {
		case "P-256":
			size, alg = 32, "ES256"
		case "P-384":
			size, alg = 48, "ES384"
		case "P-521":
			size, alg = 66, "ES512"
		default:
			return m, NoteKeyType
		}
		x, y := coordinate(text["x"], size), coordinate(text["y"], size)
		if x == nil || y == nil {
			return m, NoteInvalid
		}
		m.members.CRV, m.members.X, m.members.Y = jwkset.CRV(text["crv"]), encode(x), encode(y)
		m.algorithms = []string{alg}
		m.canonical = `{"crv":"` + text["crv"] + `","kty":"EC","x":"` + m.members.X + `","y":"` + m.members.Y + `"}`
		return m, nil
	case jwkset.KtyOKP:
		if text["crv"] != "Ed25519" {
			return m, NoteKeyType
		}
		if !hasLength(text["x"], ed25519.PublicKeySize) {
			return m, NoteInvalid
		}
		m.members.CRV, m.members.X = jwkset.CrvEd25519, text["x"]
		m.algorithms = []string{"EdDSA", "Ed25519"}
		m.canonical = `{"crv":"Ed25519","kty":"OKP","x":"` + text["x"] + `"}`
		return m, nil
	}
	return m, NoteKeyType
}

// rsaNumbers returns modulus and exponent without leading zeros.
func rsaNumbers(text map[string]string) (n, e []byte, err error) {
	n, okN := decodeNumber(text["n"])
	e, okE := decodeNumber(text["e"])
	if !okN || !okE {
		return nil, nil, NoteMalformed
	}
	n, e = trimZeros(n), trimZeros(e)
	if len(n) == 0 || len(e) == 0 {
		return nil, nil, NoteInvalid
	}
	if len(n) > maxRSABits/8 {
		return nil, nil, NoteHuge
	}
	if bitLen(n) < minRSABits || n[len(n)-1]&1 == 0 {
		return nil, nil, NoteWeak
	}
	// crypto/rsa accepts exponents of at most 31 bits.
	if len(e) > 4 || len(e) == 4 && e[0] > 0x7f {
		return nil, nil, NoteHuge
	}
	if e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3 {
		return nil, nil, NoteWeak
	}
	return n, e, nil
}

// coordinate returns a coordinate of a point in the size of its curve. RFC 7518,
// section 6.2.1.2, demands that size; serializers of numbers leave zeros in front out,
// or add one. It is nil if it is missing, no number, or too large. The point that the
// coordinates make is checked when the key is made.
func coordinate(s string, size int) []byte {
	b, ok := decodeNumber(s)
	zeros := size - len(trimZeros(b))
	if !ok || len(b) == 0 || zeros < 0 {
		return nil
	}
	return append(make([]byte, zeros, size), trimZeros(b)...)
}

// decodeNumber decodes a number, which RFC 7518, section 2, writes in base64url without
// padding. Issuers also write the padding. A number decides only which key it is, so
// both are read. Padding of another length, another alphabet, stray bits and other
// characters could be read in several ways: the text is no number then.
//
// The public bytes of Ed25519 are no number and have one form.
func decodeNumber(s string) ([]byte, bool) {
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(s, "=")
		s = strings.TrimSuffix(s, "=")
	}
	b, err := strictjson.DecodeBase64URL(nil, s)
	return b, err == nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func hasLength(s string, size int) bool {
	b, err := strictjson.DecodeBase64URL(nil, s)
	return err == nil && len(b) == size
}

func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

func bitLen(b []byte) int {
	n := len(b) * 8
	for mask := byte(0x80); mask != 0 && b[0]&mask == 0; mask >>= 1 {
		n--
	}
	return n
}
