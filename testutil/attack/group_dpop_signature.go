package attack

import (
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
)

// cutSignature returns a JWS without its signature, and the signature.
func cutSignature(jws string) (signed string, signature []byte) {
	end := strings.LastIndex(jws, ".") + 1
	signature, err := base64.RawURLEncoding.DecodeString(jws[end:])
	if err != nil {
		panic("attack: " + err.Error())
	}
	return jws[:end], signature
}

// proofSignatures are proofs that the client has not signed: RFC 9449 section 4.3.
func (g *dpopGroup) proofSignatures() {
	thief := newHolder("ES256")
	const forged = "A proof with the client's public key that another party has made (RFC 9449 section 4.3)."
	g.proof(unproven, "signature-of-another-key", forged,
		func(p token) token { return p.signedBy(thief.key, thief.key.alg) })
	for name, change := range sorted(map[string]func(right []byte) []byte{
		"flipped-bit":   func(b []byte) []byte { b[40] ^= 1; return b },
		"zeros":         func(b []byte) []byte { return make([]byte, len(b)) },
		"empty":         func([]byte) []byte { return nil },
		"half":          func(b []byte) []byte { return b[:32] },
		"extra-byte":    func(b []byte) []byte { return append(b, 0) },
		"ASN1":          asn1Signature,
		"swapped-parts": func(b []byte) []byte { return append(b[32:64:64], b[:32]...) },
	}) {
		g.proof(unproven, "signature-"+name, forged, func(p token) token {
			_, signature := cutSignature(p.compact())
			return p.withSignature(change(signature))
		})
	}
	g.proof(unproven, "signature-of-another-payload", forged, func(p token) token {
		_, signature := cutSignature(p.compact())
		return p.claim("jti", "another").withSignature(signature)
	})
	const spelling = "A second spelling of a proof: base64url has one (RFC 7515 section 2)."
	for name, change := range sorted(map[string]func(string) string{
		"unused-bits": func(s string) string { return s[:len(s)-1] + string(nextLetter(s[len(s)-1])) },
		"line-break":  func(s string) string { return s[:len(s)-8] + "\n" + s[len(s)-8:] },
	}) {
		g.request(uncertain, "signature-"+name, spelling, g.bound, func(r *http.Request) {
			proven(g.bound, change(g.fresh(g.holder, g.bound).compact()))(r)
		})
	}
}

// nextLetter returns the letter of base64url that differs from c in the last bit.
func nextLetter(c byte) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, c)^1]
}

// asn1Signature returns an ECDSA signature as most libraries write it.
func asn1Signature(raw []byte) []byte {
	der, err := asn1.Marshal(struct{ R, S *big.Int }{
		new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:]),
	})
	if err != nil {
		panic("attack: " + err.Error())
	}
	return der
}
