package attack

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
)

// proofKeys are keys and algorithms that no proof may have: RFC 9449 sections 4.3, 11.5
// and 11.6.
func (g *dpopGroup) proofKeys() {
	const algorithm = "An algorithm that is none, symmetric or not that of the key (RFC 9449 section 4.3)."
	for name, alg := range sorted(map[string]any{
		"missing": nil, "empty": "", "null": json.RawMessage("null"), "lower-case": "es256", "ES384": "ES384",
		"RS256": "RS256", "EdDSA": "EdDSA", "unknown": "XX999", "array": []string{"ES256"},
		"none-signed": "none",
	}) {
		g.proof(unproven, "alg-"+name, algorithm, func(p token) token { return p.header("alg", alg) })
	}
	for _, alg := range []string{"none", "None", "NONE"} {
		g.proof(unproven, "alg-"+alg, algorithm,
			func(p token) token { return p.header("alg", alg).unsigned() })
	}
	der, err := x509.MarshalPKIXPublicKey(g.holder.key.public())
	if err != nil {
		panic("attack: " + err.Error())
	}
	for name, secret := range sorted(map[string][]byte{
		"JWK": g.holder.jwk, "DER": der, "nothing": {}, "thumbprint": []byte(g.holder.jkt),
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
	}) {
		g.proof(unproven, "alg-HS256-"+name, "A MAC by what is known to all (RFC 8725 section 2.1).",
			func(p token) token { return p.hmac(secret) })
	}
	const private = "The private key within the proof (RFC 9449 section 4.3)."
	for name, d := range sorted(map[string]string{"d": `"d":"AQ"`, "d-empty": `"d":""`, "k": `"k":"AQ"`}) {
		g.proof(unproven, "jwk-"+name, private, func(p token) token {
			return p.header("jwk", json.RawMessage(last(string(g.holder.jwk), d)))
		})
	}
	const none = "A proof without a public key (RFC 9449 section 4.2)."
	for name, jwk := range sorted(map[string]any{
		"missing": nil, "null": json.RawMessage("null"), "string": string(g.holder.jwk),
		"empty": json.RawMessage("{}"),
		"array": json.RawMessage("[" + string(g.holder.jwk) + "]"), "thumbprint": g.holder.jkt,
	}) {
		g.proof(unproven, "jwk-"+name, none, func(p token) token { return p.header("jwk", jwk) })
	}
	g.symmetricKey()
	g.oddKeys()
}

// symmetricKey is a token that is bound to a secret, which the proof tells.
func (g *dpopGroup) symmetricKey() {
	secret := []byte("a secret that every proof tells to all")
	k := base64url(secret)
	c := &holder{&key{alg: "HS256", private: secret}, json.RawMessage(`{"k":"` + k + `","kty":"oct"}`),
		hashOf(`{"k":"` + k + `","kty":"oct"}`)}
	g.presented(unproven, "jwk-symmetric", "A token that is bound to a secret, which the proof tells to all "+
		"(RFC 9449 section 4.3).", c.bind(g.good()).compact(), c)
}

// oddKeys are keys of clients that no API may use. The tokens are bound to them.
func (g *dpopGroup) oddKeys() {
	usual := big.NewInt(65537)
	primes := newPrimes(32, usual)
	huge := new(big.Int).Lsh(big.NewInt(1), 1024)
	huge.Add(huge, big.NewInt(1))
	for name, k := range sorted(map[string]*oddRSA{
		"RSA-1024-bits": newOddRSA(primes[:2], usual), "RSA-16384-bits": newOddRSA(primes, usual),
		"RSA-exponent-1":    newOddRSA(primes[:4], big.NewInt(1)),
		"RSA-exponent-huge": newOddRSA(newPrimes(4, huge), huge),
	}) {
		g.oddKey("jwk-"+name, k)
	}
}

// oddKey adds a case with a token that is bound to k and its proof.
func (g *dpopGroup) oddKey(name string, k *oddRSA) {
	c := k.holder()
	bound := c.bind(g.good()).compact()
	g.request(unproven, name, "A key that anyone can forge signatures of, or that takes the API long: "+
		"the client chooses it.", bound, func(r *http.Request) {
		p := g.fresh(c, bound)
		proven(bound, p.withSignature(k.sign(p.signingInput())).compact())(r)
	})
}
