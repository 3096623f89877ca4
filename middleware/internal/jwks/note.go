package jwks

import "strings"

// Note says in one word why a key of a set was left out, or what is unusual
// about it.
type Note string

// The notes. A JWK with NotePrivate is in use, with its public members. A private key
// in PEM rejects the document. All others are left out.
const (
	NotePrivate   Note = "private_members"   // RFC 7517, section 9.2: ignored; or a private key in PEM
	NoteSymmetric Note = "symmetric"         // kty oct
	NoteMalformed Note = "malformed"         // duplicate or misspelt members, wrong types, bad encoding
	NoteKeyType   Note = "unknown_key_type"  // kty or crv
	NoteUse       Note = "not_for_signature" // use, key_ops, or the two disagree; or an authority's in a chain
	NoteAlgorithm Note = "wrong_algorithm"   // alg does not fit the key, or is not for signatures
	NoteWeak      Note = "weak"              // RSA of fewer than 2048 bits, or a bad exponent
	NoteHuge      Note = "too_large"         // RSA of more than 8192 bits
	NoteInvalid   Note = "invalid_key"       // a point off the curve, or a wrong length
)

// Error returns the word, so that a Note can be returned as an error.
func (n Note) Error() string { return string(n) }

// Remark is a note about one key of a set.
type Remark struct {
	KeyID string // as Printable returns it; empty if the key has none, or none that can be read
	Note  Note
}

// Printable returns a key ID that is safe to log: visible ASCII, other
// characters replaced by question marks, about 64 bytes at most.
func Printable(keyID string) string {
	const limit = 64
	var b strings.Builder
	for _, r := range keyID {
		if b.Len() >= limit {
			b.WriteString("...")
			break
		}
		if r > ' ' && r < 0x7f {
			b.WriteRune(r)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}
