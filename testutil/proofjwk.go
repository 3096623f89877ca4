package testutil

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// proofAlgorithms are those that the token endpoint accepts in proofs.
var proofAlgorithms = []string{
	"ES256", "ES384", "ES512", "EdDSA", "Ed25519",
	"PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
}

// curves are those of EC keys, by the crv of their JWK (RFC 7518 section 6.2.1.1).
var curves = map[string]elliptic.Curve{
	"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521(),
}

// privateNames are the members that no public JWK may have.
var privateNames = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// maxModulus is the size in bytes of the largest RSA key that a proof may have.
const maxModulus = 512

// parseProofJWK returns the key of the jwk header raw, if it is a public key that can
// sign by alg, and its thumbprint.
func parseProofJWK(raw []byte, alg string) (key crypto.PublicKey, thumbprint string, ok bool) {
	members, ok := strictjson.Members(raw)
	if !ok {
		return nil, "", false
	}
	for _, name := range privateNames {
		if _, private := members.Get(name); private {
			return nil, "", false
		}
	}
	jwk := proofJWK(members)
	kty := jwk.text("kty")
	required := object{{"kty", kty}}
	use := func(name string) []byte {
		text := jwk.text(name)
		required = append(required, member{name, text})
		data, err := strictjson.DecodeBase64URL(nil, text)
		if err != nil {
			return nil
		}
		return data
	}
	switch {
	case kty == "RSA" && (alg[:2] == "RS" || alg[:2] == "PS"):
		key, ok = rsaKey(use("n"), use("e"))
	case kty == "EC" && alg[:2] == "ES" && curves[jwk.text("crv")] == keyTypes[alg]:
		required = append(required, member{"crv", jwk.text("crv")})
		key, ok = ecKey(keyTypes[alg], use("x"), use("y"))
	case kty == "OKP" && alg[:2] == "Ed" && jwk.text("crv") == "Ed25519":
		required = append(required, member{"crv", "Ed25519"})
		x := use("x")
		key, ok = ed25519.PublicKey(x), len(x) == ed25519.PublicKeySize
	default:
		return nil, "", false
	}
	if !ok {
		return nil, "", false
	}
	return key, jwkThumbprint(required), true
}

// proofJWK are the members of the jwk header of a proof.
type proofJWK strictjson.Object

// text returns the member called name, or "" if it is absent or not a string.
func (j proofJWK) text(name string) string {
	raw, _ := strictjson.Object(j).Get(name)
	s, _ := strictjson.String(raw)
	return s
}

// rsaKey accepts each number only in its shortest form (RFC 7518 section 2), without
// which a key would have several thumbprints.
func rsaKey(n, e []byte) (crypto.PublicKey, bool) {
	if len(n) < rsaBits/8 || len(n) > maxModulus || n[0] == 0 ||
		len(e) < 1 || len(e) > 4 || e[0] == 0 {
		return nil, false
	}
	exponent := new(big.Int).SetBytes(e).Int64()
	if exponent < 3 || exponent > 1<<31-1 || exponent&1 == 0 {
		return nil, false
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent)}, true
}

// ecKey accepts coordinates at full length only (RFC 7518 section 6.2.1.2).
func ecKey(curve elliptic.Curve, x, y []byte) (crypto.PublicKey, bool) {
	if size := (curve.Params().BitSize + 7) / 8; len(x) != size || len(y) != size {
		return nil, false
	}
	point := append(append([]byte{4}, x...), y...)
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	return key, err == nil
}
