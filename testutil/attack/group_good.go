package attack

import "encoding/json"

// goodTokens are what an API has to accept before it makes sense to try others.
func goodTokens(h *harness) {
	for _, alg := range h.Algorithms {
		h.token(served, "good/"+alg, "A token signed by "+alg+".", h.goodBy(h.keyFor(alg), alg))
	}
	g := h.good()
	for name, typ := range sorted(map[string]any{
		"at+jwt": "at+jwt", "application-at+jwt": "application/at+jwt", "JWT": "JWT", "missing": nil,
	}) {
		h.token(served, "good/typ-"+name, "A usual typ (RFC 9068 section 2.1, RFC 7519 section 5.1).",
			g.header("typ", typ))
	}
	h.token(served, "good/aud-array", "The audience in an array with others (RFC 7519 section 4.1.3).",
		g.claim("aud", []string{"https://other.example", h.issuer.Audience()}))
	h.token(served, "good/exp-fraction", "A time with a fraction (RFC 7519 section 2).",
		g.claim("exp", h.at(3600, ".5")))
	h.token(served, "good/unknown-header-member", "An unknown header parameter (RFC 7515 section 4).",
		g.header("vendor", json.RawMessage(`{"x":[1,null]}`)))
	h.token(served, "good/unknown-claim", "An unknown claim (RFC 7519 section 4).",
		g.claim("vendor", json.RawMessage(`{"x":[1,null]}`)))
	h.token(served, "good/escaped-names",
		"A name written with escapes is the same name (RFC 8259 section 7).",
		g.claim("aud", nil).claimLast(`"\u0061ud":`+jsonText(h.issuer.Audience())))
	for _, scheme := range []string{"bearer", "BEARER"} {
		token := g.compact()
		h.authorization(served, "good/scheme-"+scheme,
			"The scheme in upper or lower case (RFC 9110 section 11.1).", token, scheme+" "+token)
	}
	if h.Scope != "" {
		h.token(served, "good/scope-among-others", "The scope among others (RFC 6749 section 3.3).",
			g.claim("scope", "another-one "+h.Scope+" and-more"))
	}
}

// goodAtTheEnd is a good token after all others.
func goodAtTheEnd(h *harness) {
	h.token(served, "good/after-all-others", "A good token, after all other cases.", h.good())
}
