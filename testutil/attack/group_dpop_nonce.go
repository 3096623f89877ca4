package attack

import "time"

// nonces are proofs without the nonce of an API that demands one: RFC 9449 section 9.
func (g *dpopGroup) nonces() {
	const tries = "A good proof without the nonce of the API, made in advance or for another server " +
		"(RFC 9449 section 11.3)."
	for name, nonce := range sorted(map[string]func() any{
		"missing": func() any { return nil }, "empty": func() any { return "" },
		"number":            func() any { return 1 },
		"of-another-server": func() any { return "eyJ7S_zG.eyJH0-Z.HX4w-7v" },
		"longer":            func() any { return g.nonce + "x" },
		"array":             func() any { return []string{g.nonce} },
	}) {
		g.proof(unproven, "nonce-"+name, tries, func(p token) token { return p.claim("nonce", nonce()) })
	}
	if g.Clock {
		g.oldNonce()
	}
}

// oldNonce is a proof of now with a nonce that the API gave long ago.
func (g *dpopGroup) oldNonce() {
	own := newDPoPGroup(g.separate(nil))
	own.proof(unproven, "nonce-of-ten-minutes-ago", "A good proof with an old nonce of the API, which does not "+
		"show when the proof was made (RFC 9449 section 11.3).", func(p token) token { return p },
	).before = func() *finding {
		f := own.learnNonce()
		own.issuer.Advance(10 * time.Minute)
		return f
	}
	g.join(own.harness)
}
