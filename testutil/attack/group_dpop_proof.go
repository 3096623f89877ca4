package attack

import (
	"crypto/sha1"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
)

// proofHeaders are proofs whose header is not that of a proof: RFC 9449 section 4.3.
func (g *dpopGroup) proofHeaders() {
	const kind = "A token of another kind in place of the proof, by the key of the client (RFC 9449 section 4.3)."
	for name, typ := range sorted(map[string]any{
		"JWT": "JWT", "access-token": "at+jwt", "missing": nil, "empty": "", "longer": "dpop+jwt+x", "shorter": "dpop",
		"with-a-parameter": "dpop+jwt;v=1", "and-space": "dpop+jwt ", "null": json.RawMessage("null"),
		"array": []string{"dpop+jwt"},
	}) {
		g.proof(unproven, "typ-"+name, kind, func(p token) token { return p.header("typ", typ) })
	}
	const critical = "A proof that demands an extension which the API does not have (RFC 7515 section 4.1.11)."
	for name, crit := range sorted(map[string]string{
		"unknown": `["x"]`, "empty": `[]`, "null": `null`, "exp": `["exp"]`, "b64": `["b64"]`,
	}) {
		g.proof(unproven, "crit-"+name, critical, func(p token) token {
			return p.header("crit", json.RawMessage(crit)).header("x", 1)
		})
	}
	const twice = "A name twice, of which a proxy and the API may read different ones (RFC 7515 section 4)."
	for name, change := range sorted(map[string]func(token) token{
		"typ-last":  func(p token) token { return p.headerLast(`"typ":"at+jwt"`) },
		"typ-first": func(p token) token { return p.headerFirst(`"typ":"at+jwt"`) },
		"alg-first": func(p token) token { return p.headerFirst(`"alg":"none"`) },
		"jwk-first": func(p token) token { return p.headerFirst(`"jwk":` + string(publishedJWK(g.issuer, g.key.id))) },
		"htu-first": func(p token) token { return p.claimFirst(`"htu":"https://other.example/"`) },
		"htu-last":  func(p token) token { return p.claimLast(`"htu":"https://other.example/"`) },
		"htm-first": func(p token) token { return p.claimFirst(`"htm":"TRACE"`) },
		"jti-last":  func(p token) token { return p.claimLast(`"jti":"another"`) },
		"jti-by-escapes": func(p token) token {
			return p.claimLast(`"\u006ati":"another"`)
		},
		"ath-first": func(p token) token { return p.claimFirst(`"ath":"` + hashOf("another") + `"`) },
		"iat-first": func(p token) token { return p.claimFirst(`"iat":1`) },
	}) {
		g.proof(unproven, "twice-"+name, twice, change)
	}
	const text = "A header or claims set that is no JSON object."
	for name, change := range sorted(map[string]func(token) token{
		"header-array":      func(p token) token { return p.withHeader("[" + p.headerText() + "]") },
		"header-and-more":   func(p token) token { return p.withHeader(p.headerText() + "x") },
		"payload-array":     func(p token) token { return p.withPayload("[" + p.payloadText() + "]") },
		"payload-and-more":  func(p token) token { return p.withPayload(p.payloadText() + "{}") },
		"payload-of-a-word": func(p token) token { return p.withPayload("proof") },
	}) {
		g.proof(unproven, name, text, change)
	}
	if g.Strict {
		for name, change := range sorted(map[string]func(token) token{
			"Htu-with-htu": func(p token) token { return p.claimLast(`"Htu":"https://other.example/"`) },
			"ALG-with-alg": func(p token) token { return p.headerLast(`"ALG":"none"`) },
			"zip":          func(p token) token { return p.header("zip", "DEF") },
			"b64":          func(p token) token { return p.header("b64", true) },
			"jwk-Crv-with-crv": func(p token) token {
				return p.header("jwk", json.RawMessage(last(string(g.holder.jwk), `"Crv":"P-384"`)))
			},
			"jwk-use-enc": func(p token) token {
				return p.header("jwk", json.RawMessage(last(string(g.holder.jwk), `"use":"enc"`)))
			},
			"jwk-key_ops-encrypt": func(p token) token {
				return p.header("jwk", json.RawMessage(last(string(g.holder.jwk), `"key_ops":["encrypt"]`)))
			},
			"jwk-key_ops-empty": func(p token) token {
				return p.header("jwk", json.RawMessage(last(string(g.holder.jwk), `"key_ops":[]`)))
			},
			"jti-of-257-bytes": func(p token) token { return p.claim("jti", strings.Repeat("j", 257)) },
			"9-kB":             func(p token) token { return p.claim("vendor", strings.Repeat("x", 9<<10)) },
		}) {
			g.proof(unproven, "strict-"+name, "A proof that no RFC calls invalid, and that others may read differently.",
				change)
		}
	}
}

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
		g.proof(unproven, "alg-"+alg, algorithm, func(p token) token { return p.header("alg", alg).unsigned() })
	}
	der, err := x509.MarshalPKIXPublicKey(g.holder.key.public())
	if err != nil {
		panic("attack: " + err.Error())
	}
	for name, secret := range sorted(map[string][]byte{
		"JWK": g.holder.jwk, "DER": der, "nothing": {}, "thumbprint": []byte(g.holder.jkt),
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
	}) {
		g.proof(unproven, "alg-HS256-"+name, "A MAC by what everybody knows (RFC 8725 section 2.1).",
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
		"missing": nil, "null": json.RawMessage("null"), "string": string(g.holder.jwk), "empty": json.RawMessage("{}"),
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
		c := k.holder()
		bound := c.bind(g.good()).compact()
		g.request(unproven, "jwk-"+name, "A key that anyone can forge signatures of, or that takes the API long: "+
			"the client chooses it.", bound, func(r *http.Request) {
			p := g.fresh(c, bound)
			proven(bound, p.withSignature(k.sign(p.signingInput())).compact())(r)
		})
	}
}

// proofClaims are proofs that are old, of the future, for another token, or without a
// name: RFC 9449 section 4.3.
func (g *dpopGroup) proofClaims() {
	const time = "A proof that was made too long ago or in advance, or that does not say when (RFC 9449 section 11.1)."
	is := func(raw string) func() any { return func() any { return json.RawMessage(raw) } }
	for name, iat := range sorted(map[string]func() any{
		"milliseconds": func() any { return g.at(0, "000") }, "-1": is("-1"),
		"1e400": is("1e400"), "2-63": is("9223372036854775808"), "null": is("null"), "true": is("true"),
		"string": func() any { return string(g.at(0, "")) }, "missing": func() any { return nil },
		"array": func() any { return []json.RawMessage{g.at(0, "")} },
	}) {
		g.proof(unproven, "iat-"+name, time, func(p token) token { return p.claim("iat", iat()) })
	}
	for name, seconds := range sorted(map[string]int64{
		"an-hour-ago": -3600, "in-an-hour": 3600, "six-minutes-ago": -360, "in-six-minutes": 360, "of-1970": -g.issuer.Now().Unix(),
	}) {
		if !g.Nonces {
			g.proof(unproven, "iat-"+name, time, func(p token) token { return p.claim("iat", g.at(seconds, "")) })
		}
	}
	const other = "A proof for another token, or for none (RFC 9449 section 4.3)."
	ath, sum := hashOf(g.bound), sha1.Sum([]byte(g.bound))
	for name, value := range sorted(map[string]any{
		"missing": nil, "empty": "", "null": json.RawMessage("null"), "padded": ath + "=", "hexadecimal": hexadecimal(ath),
		"of-another-token": hashOf(g.holder.bind(g.good()).compact()), "shorter": ath[:21], "SHA-1": base64url(sum[:]),
		"of-the-field": hashOf("DPoP " + g.bound), "the-token": g.bound, "array": []string{ath},
		"of-nothing": hashOf(""),
	}) {
		g.proof(unproven, "ath-"+name, other, func(p token) token { return p.claim("ath", value) })
	}
	const name = "A proof without a name, whose replay nothing would show (RFC 9449 section 4.2)."
	for what, jti := range sorted(map[string]any{
		"missing": nil, "empty": "", "null": json.RawMessage("null"), "number": 1, "array": []string{"x"},
	}) {
		g.proof(unproven, "jti-"+what, name, func(p token) token { return p.claim("jti", jti) })
	}
	g.proof(want{statuses: oversized.statuses, dpop: true}, "200-kB", fmt.Sprintf("A proof of %d bytes.", 200<<10),
		func(p token) token { return p.claim("vendor", strings.Repeat("x", 150<<10)) })
}
