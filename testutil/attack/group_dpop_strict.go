package attack

import (
	"encoding/json"
	"math/big"
	"strings"
)

// strictProofs are proofs that no RFC calls invalid, and that a proxy in front of the API
// may read differently, or that cost it more than a client needs.
func (g *dpopGroup) strictProofs() {
	if !g.Strict {
		return
	}
	more := func(member string) func(token) token {
		jwk := json.RawMessage(last(string(g.holder.jwk), member))
		return func(p token) token { return p.header("jwk", jwk) }
	}
	jwk := parseObject(g.holder.jwk)
	padded := jwk.with("x", g.holder.x()+"=").text()
	for name, change := range sorted(map[string]func(token) token{
		"Htu-with-htu":        func(p token) token { return p.claimLast(`"Htu":"https://other.example/"`) },
		"ALG-with-alg":        func(p token) token { return p.headerLast(`"ALG":"none"`) },
		"zip":                 func(p token) token { return p.header("zip", "DEF") },
		"b64":                 func(p token) token { return p.header("b64", true) },
		"nonce-number":        func(p token) token { return p.claim("nonce", 1) },
		"jti-of-257-bytes":    func(p token) token { return p.claim("jti", strings.Repeat("j", 257)) },
		"9-kB":                func(p token) token { return p.claim("vendor", strings.Repeat("x", 9<<10)) },
		"jwk-Crv-with-crv":    more(`"Crv":"P-384"`),
		"jwk-use-enc":         more(`"use":"enc"`),
		"jwk-key_ops-encrypt": more(`"key_ops":["encrypt"]`),
		"jwk-key_ops-empty":   more(`"key_ops":[]`),
		"jwk-with-padding":    func(p token) token { return p.header("jwk", json.RawMessage(padded)) },
	}) {
		g.proof(unproven, "strict-"+name,
			"A proof that no RFC calls invalid, and that others may read differently.", change)
	}
	e := big.NewInt(65537)
	g.oddKey("strict-jwk-RSA-6144-bits", newOddRSA(newPrimes(12, e), e))
}
