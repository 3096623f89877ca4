package jws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"

	"github.com/golang-jwt/jwt/v5"
)

// A signingInput of this length is copied to the stack, a longer one to the heap.
const usualInput = 1024

// pss returns m with the salt length that RFC 7518, section 3.5 demands: that of
// the hash. m itself accepts any.
func pss(m *jwt.SigningMethodRSAPSS) *jwt.SigningMethodRSAPSS {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: m.SigningMethodRSA,
		Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
	}
}

// An rsaMethod verifies RSASSA-PKCS1-v1_5 (RFC 7518, section 3.3) without the
// allocations of jwt.SigningMethodRSA.
type rsaMethod struct{ *jwt.SigningMethodRSA }

// Verify implements jwt.SigningMethod.
func (m rsaMethod) Verify(signingInput string, signature []byte, key any) error {
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	var digest [sha512.Size]byte
	return rsa.VerifyPKCS1v15(public, m.Hash, appendDigest(digest[:0], m.Hash, signingInput), signature)
}

// An ed25519Method verifies Ed25519 (RFC 8037, section 3.1) without the allocation
// of jwt.SigningMethodEd25519.
type ed25519Method struct{ *jwt.SigningMethodEd25519 }

// Verify implements jwt.SigningMethod.
func (ed25519Method) Verify(signingInput string, signature []byte, key any) error {
	public, ok := key.(ed25519.PublicKey)
	if !ok || len(public) != ed25519.PublicKeySize {
		return jwt.ErrInvalidKeyType
	}
	var usual [usualInput]byte
	if !ed25519.Verify(public, append(usual[:0], signingInput...), signature) {
		return jwt.ErrEd25519Verification
	}
	return nil
}

// appendDigest appends the digest of signingInput by one of the hashes of RFC 7518,
// section 3.1.
func appendDigest(dst []byte, hash crypto.Hash, signingInput string) []byte {
	var usual [usualInput]byte
	text := append(usual[:0], signingInput...)
	switch hash {
	case crypto.SHA256:
		d := sha256.Sum256(text)
		return append(dst, d[:]...)
	case crypto.SHA384:
		d := sha512.Sum384(text)
		return append(dst, d[:]...)
	case crypto.SHA512:
		d := sha512.Sum512(text)
		return append(dst, d[:]...)
	}
	panic("jws: unknown hash") // algorithms has no other
}

// An ecdsaMethod verifies ECDSA (RFC 7518, section 3.4). It passes the two halves
// of a signature to crypto/ecdsa without the detour over big integers, which takes
// half of the time that a verification needs beyond the arithmetic.
type ecdsaMethod struct{ *jwt.SigningMethodECDSA }

// Verify implements jwt.SigningMethod. A signature is r and s, each as long as the
// order of the curve.
func (m ecdsaMethod) Verify(signingInput string, signature []byte, key any) error {
	public, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	if len(signature) != 2*m.KeySize || public.Curve.Params().BitSize != m.CurveBits {
		return jwt.ErrECDSAVerification
	}
	var digest [sha512.Size]byte
	der := make([]byte, 0, len(signature)+9) // headers of 3, 2 and 2 bytes, and two zeros
	if !ecdsa.VerifyASN1(public, appendDigest(digest[:0], m.Hash, signingInput), appendDER(der, signature)) {
		return jwt.ErrECDSAVerification
	}
	return nil
}

// appendDER appends r and s as an ASN.1 sequence of two integers (SEC 1, section
// C.5).
func appendDER(dst, signature []byte) []byte {
	r, s := trimZeros(signature[:len(signature)/2]), trimZeros(signature[len(signature)/2:])
	size := 2 + integerLen(r) + 2 + integerLen(s)
	dst = append(dst, 0x30)
	if size >= 0x80 {
		dst = append(dst, 0x81)
	}
	dst = append(dst, byte(size))
	for _, n := range [...][]byte{r, s} {
		dst = append(dst, 0x02, byte(integerLen(n)))
		if integerLen(n) > len(n) {
			dst = append(dst, 0)
		}
		dst = append(dst, n...)
	}
	return dst
}

// trimZeros returns n without leading zeros.
func trimZeros(n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	return n
}

// integerLen returns the length of the ASN.1 integer n. A zero byte is put before
// one whose first bit is set, and zero itself is one zero byte.
func integerLen(n []byte) int {
	if len(n) == 0 || n[0] >= 0x80 {
		return len(n) + 1
	}
	return len(n)
}
