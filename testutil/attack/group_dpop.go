package attack

// dpopAttacks are about tokens that are bound to a key, and the proofs that come with
// them: RFC 9449 sections 4.3, 7 and 11.
func dpopAttacks(h *harness) {
	if h.DPoP == "" {
		return
	}
	g := newDPoPGroup(h)
	g.goodProofs()
	g.schemes()
	g.bindings()
	g.proofHeaders()
	g.proofKeys()
	g.proofSignatures()
	g.proofClaims()
	g.proofTargets()
	g.strictProofs()
	g.spoofedHosts()
	g.replays()
	if h.Nonces {
		g.nonces()
	}
}
