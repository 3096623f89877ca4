package attack_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// proofHeader checks typ and crit of a proof.
func (g *guard) proofHeader(h claims) bool {
	if raw, there := h["crit"]; there && !g.lacks("dpop: crit not checked") &&
		!((string(raw) == "[]" || string(raw) == "null") && g.lacks("dpop: an empty crit")) {
		return false
	}
	var typ string
	if json.Unmarshal(h["typ"], &typ) != nil {
		return h["typ"] == nil && g.lacks("dpop: no typ") || g.lacks("dpop: any typ")
	}
	return typ == "dpop+jwt" || g.lacks("dpop: any typ") ||
		strings.HasPrefix(typ, "dpop") && g.lacks("dpop: typ begins with dpop")
}

// proofSigned checks that the key in the header has signed, and is the one with the
// thumbprint.
func (g *guard) proofSigned(h claims, signed string, signature []byte, thumbprint string) bool {
	if _, err := strictjson.Parse(h["jwk"], nil); err != nil {
		return false
	}
	var k jwk
	var alg string
	if json.Unmarshal(h["jwk"], &k) != nil || json.Unmarshal(h["alg"], &alg) != nil && h["alg"] != nil {
		return false
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(h["jwk"], &members)
	for _, name := range []string{"d", "k"} {
		if members[name] != nil && k.Kty != "oct" && !g.lacks("dpop: private members") &&
			!(string(members[name]) == `""` && g.lacks("dpop: empty private members")) {
			return false
		}
	}
	return (k.thumbprint() == thumbprint || g.lacks("dpop: any key")) &&
		(g.proofSignature(alg, k, h["jwk"], signed, signature) || g.lacks("dpop: any signature"))
}

// thumbprint returns the one of RFC 7638.
func (k jwk) thumbprint() string {
	text := map[string]string{
		"EC":  `{"crv":"` + k.Crv + `","kty":"EC","x":"` + k.X + `","y":"` + k.Y + `"}`,
		"OKP": `{"crv":"` + k.Crv + `","kty":"OKP","x":"` + k.X + `"}`,
		"RSA": `{"e":"` + k.E + `","kty":"RSA","n":"` + k.N + `"}`,
		"oct": `{"k":"` + k.K + `","kty":"oct"}`,
	}[k.Kty]
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// proofSignature checks a signature by k.
func (g *guard) proofSignature(alg string, k jwk, raw json.RawMessage, signed string, signature []byte) bool {
	switch {
	case strings.EqualFold(alg, "none"):
		return alg == "none" && g.lacks("dpop: none") || alg != "none" && g.lacks("dpop: none in any case")
	case len(signature) == 0 && g.lacks("dpop: an empty signature"):
		return true
	case alg == "HS256":
		return g.proofMAC(k, raw, signed, signature)
	case k.Kty == "RSA":
		return g.proofRSA(k, alg, signature)
	}
	digest := sha256.Sum256([]byte(signed))
	switch public := k.public().(type) {
	case *ecdsa.PublicKey:
		if alg != "ES256" && !(alg == "es256" && g.lacks("dpop: alg in any case")) &&
			!(alg == "" && g.lacks("dpop: no alg")) && !g.lacks("dpop: any alg") {
			return false
		}
		return len(signature) > 0 && g.ecdsaHolds(public, digest[:], signature)
	case ed25519.PublicKey:
		return alg == "EdDSA" && ed25519.Verify(public, []byte(signed), signature)
	}
	return false
}

// proofMAC reports whether a weakness accepts a MAC.
func (g *guard) proofMAC(k jwk, raw json.RawMessage, signed string, signature []byte) bool {
	is := func(secret []byte) bool { return macHolds(secret, signed, signature) }
	if k.Kty == "oct" {
		secret, _ := base64.RawURLEncoding.DecodeString(k.K)
		return is(secret) && g.lacks("dpop: a symmetric key")
	}
	der, _ := x509.MarshalPKIXPublicKey(k.public())
	return is(raw) && g.lacks("dpop: HMAC by the JWK") ||
		is(der) && g.lacks("dpop: HMAC by the public key in DER") ||
		is(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})) &&
			g.lacks("dpop: HMAC by the public key in PEM") ||
		is(nil) && g.lacks("dpop: HMAC by nothing") ||
		is([]byte(k.thumbprint())) && g.lacks("dpop: HMAC by the thumbprint")
}

// proofRSA reports whether a weakness accepts an RSA key. The guard accepts none.
func (g *guard) proofRSA(k jwk, alg string, signature []byte) bool {
	number := func(s string) *big.Int {
		b, _ := base64.RawURLEncoding.DecodeString(s)
		return new(big.Int).SetBytes(b)
	}
	n, e := number(k.N), number(k.E)
	block := make([]byte, (n.BitLen()+7)/8)
	new(big.Int).Exp(new(big.Int).SetBytes(signature), e, n).FillBytes(block)
	if alg != "RS256" || !slices.Equal(block[:3], []byte{0, 1, 255}) {
		return false
	}
	switch {
	case n.BitLen() < 2048-8:
		return g.lacks("dpop: short RSA keys")
	case n.BitLen() > 4096:
		return g.lacks("dpop: long RSA keys")
	case e.Cmp(big.NewInt(1)) == 0:
		return g.lacks("dpop: an RSA exponent of 1")
	}
	return e.BitLen() > 32 && g.lacks("dpop: a long RSA exponent")
}
