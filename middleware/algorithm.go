package middleware

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"unsafe"

	"github.com/golang-jwt/jwt/v5"
)

// An algorithm is a signature algorithm that a configuration may allow. Only
// asymmetric ones exist here: nothing a token says can turn a public key into a
// shared secret.
type algorithm struct {
	name   string
	method jwt.SigningMethod
}

func (a *algorithm) verify(signed string, signature []byte, key crypto.PublicKey) bool {
	return a.method.Verify(signed, signature, key) == nil
}

// algorithms are all that there are, by name. EdDSA (RFC 8037) and Ed25519
// (RFC 9864) are two names of the same one.
var algorithms = map[string]*algorithm{
	"RS256": {"RS256", rsaMethod{jwt.SigningMethodRS256}},
	"RS384": {"RS384", rsaMethod{jwt.SigningMethodRS384}},
	"RS512": {"RS512", rsaMethod{jwt.SigningMethodRS512}},
	"PS256": {"PS256", pss(jwt.SigningMethodPS256)},
	"PS384": {"PS384", pss(jwt.SigningMethodPS384)},
	"PS512": {"PS512", pss(jwt.SigningMethodPS512)},
	"ES256": {"ES256", ecdsaMethod{jwt.SigningMethodES256}},
	"ES384": {"ES384", ecdsaMethod{jwt.SigningMethodES384}},
	"ES512": {"ES512", ecdsaMethod{jwt.SigningMethodES512}},

	"EdDSA":   {"EdDSA", ed25519Method{jwt.SigningMethodEdDSA}},
	"Ed25519": {"Ed25519", ed25519Method{jwt.SigningMethodEdDSA}},
}

// pss returns m with the salt length that RFC 7518, section 3.5 demands; m
// itself verifies signatures with a salt of any length.
func pss(m *jwt.SigningMethodRSAPSS) *jwt.SigningMethodRSAPSS {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: m.SigningMethodRSA,
		Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
	}
}

// An rsaMethod verifies as the method it holds does, without copying what is
// signed.
type rsaMethod struct{ *jwt.SigningMethodRSA }

// Verify checks a signature of RFC 7518, section 3.3.
func (m rsaMethod) Verify(signed string, signature []byte, key any) error {
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	var sum [sha512.Size]byte
	return rsa.VerifyPKCS1v15(public, m.Hash, appendDigest(sum[:0], m.Hash, signed), signature)
}

// An ed25519Method verifies as the method it holds does, without copying what
// is signed.
type ed25519Method struct{ *jwt.SigningMethodEd25519 }

// Verify checks a signature of RFC 8037, section 3.1.
func (ed25519Method) Verify(signed string, signature []byte, key any) error {
	public, ok := key.(ed25519.PublicKey)
	if !ok || len(public) != ed25519.PublicKeySize {
		return jwt.ErrInvalidKeyType
	}
	if !ed25519.Verify(public, unsafe.Slice(unsafe.StringData(signed), len(signed)), signature) { // only read
		return jwt.ErrEd25519Verification
	}
	return nil
}

// appendDigest appends the digest of signed by one of the hashes that RFC 7518
// has for signatures.
func appendDigest(sum []byte, hash crypto.Hash, signed string) []byte {
	text := unsafe.Slice(unsafe.StringData(signed), len(signed)) // only read
	switch hash {
	case crypto.SHA256:
		d := sha256.Sum256(text)
		return append(sum, d[:]...)
	case crypto.SHA384:
		d := sha512.Sum384(text)
		return append(sum, d[:]...)
	case crypto.SHA512:
		d := sha512.Sum512(text)
		return append(sum, d[:]...)
	}
	panic("middleware: no such hash") // algorithms has no other
}

// An ecdsaMethod verifies as the method it holds does, but hands the two halves
// of the signature to crypto/ecdsa as they are: as big integers they would be
// allocated, encoded and decoded again, half the cost of everything that this
// library does beside the curve's arithmetic.
type ecdsaMethod struct{ *jwt.SigningMethodECDSA }

// Verify checks a signature of RFC 7518, section 3.4: r and s, each as wide as
// the curve's order.
func (m ecdsaMethod) Verify(signed string, signature []byte, key any) error {
	public, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	if len(signature) != 2*m.KeySize || public.Curve.Params().BitSize != m.CurveBits {
		return jwt.ErrECDSAVerification
	}
	var sum [sha512.Size]byte
	der := make([]byte, 0, len(signature)+9) // each integer's sign and head, and the sequence's
	if !ecdsa.VerifyASN1(public, appendDigest(sum[:0], m.Hash, signed), appendDER(der, signature)) {
		return jwt.ErrECDSAVerification
	}
	return nil
}

// appendDER appends the ASN.1 form of r and s, which ecdsa.VerifyASN1 reads.
func appendDER(der, signature []byte) []byte {
	r, s := magnitude(signature[:len(signature)/2]), magnitude(signature[len(signature)/2:])
	size := 2 + padded(r) + 2 + padded(s)
	der = append(der, 0x30)
	if size >= 0x80 {
		der = append(der, 0x81)
	}
	der = append(der, byte(size))
	for _, n := range [...][]byte{r, s} {
		der = append(der, 0x02, byte(padded(n)))
		if padded(n) > len(n) {
			der = append(der, 0)
		}
		der = append(der, n...)
	}
	return der
}

// magnitude returns n without leading zeros.
func magnitude(n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	return n
}

// padded returns the length of n with the zero byte that a positive integer
// begins with if its first bit is set, or consists of if it is zero.
func padded(n []byte) int {
	if len(n) == 0 || n[0] >= 0x80 {
		return len(n) + 1
	}
	return len(n)
}

// defaultAlgorithms is what an issuer may use unless its configuration says
// otherwise.
var defaultAlgorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// allowed returns the algorithms named, EdDSA under both of its names.
func allowed(names []string) map[string]*algorithm {
	if len(names) == 0 {
		names = defaultAlgorithms
	}
	set := make(map[string]*algorithm, len(names)+1)
	for _, name := range names {
		set[name] = algorithms[name]
		if name == "EdDSA" || name == "Ed25519" {
			set["EdDSA"], set["Ed25519"] = algorithms["EdDSA"], algorithms["Ed25519"]
		}
	}
	return set
}
