package attack

import "encoding/json"

// proofHeaders are proofs whose header is not that of a proof: RFC 9449 section 4.3.
func (g *dpopGroup) proofHeaders() {
	const kind = "A token of another kind in place of the proof, by the key of the client " +
		"(RFC 9449 section 4.3)."
	for name, typ := range sorted(map[string]any{
		"JWT": "JWT", "access-token": "at+jwt", "missing": nil, "empty": "", "longer": "dpop+jwt+x",
		"shorter":          "dpop",
		"with-a-parameter": "dpop+jwt;v=1", "and-space": "dpop+jwt ", "null": json.RawMessage("null"),
		"array": []string{"dpop+jwt"},
	}) {
		g.proof(unproven, "typ-"+name, kind, func(p token) token { return p.header("typ", typ) })
	}
	const critical = "A proof that demands an extension which the API does not have " +
		"(RFC 7515 section 4.1.11)."
	for name, crit := range sorted(map[string]string{
		"unknown": `["x"]`, "empty": `[]`, "null": `null`, "exp": `["exp"]`, "b64": `["b64"]`,
	}) {
		g.proof(unproven, "crit-"+name, critical, func(p token) token {
			return p.header("crit", json.RawMessage(crit)).header("x", 1)
		})
	}
	other := string(publishedJWK(g.issuer, g.key.id))
	const twice = "A name twice, of which a proxy and the API may read different ones (RFC 7515 section 4)."
	for name, change := range sorted(map[string]func(token) token{
		"typ-last":  func(p token) token { return p.headerLast(`"typ":"at+jwt"`) },
		"typ-first": func(p token) token { return p.headerFirst(`"typ":"at+jwt"`) },
		"alg-first": func(p token) token { return p.headerFirst(`"alg":"none"`) },
		"jwk-first": func(p token) token { return p.headerFirst(`"jwk":` + other) },
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
}
