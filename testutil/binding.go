package testutil

// bind binds the token of g to the key of the request's DPoP proof (RFC 9449 section
// 5) and to the client certificate of its connection (RFC 8705 section 3), as far as
// the request has them.
//
// dpop_jkt is a parameter of authorization requests (RFC 9449 section 10), which this
// server does not have. In a token request it announces the proof's key all the same,
// so bind rejects a request with another key or without a proof.
func (r *tokenRequest) bind(g *grant) *refusal {
	fields, announced := r.http.Header.Values("DPoP"), r.param("dpop_jkt")
	if len(fields) > 0 || announced != "" || r.client.RequireDPoP {
		thumbprint, why := r.proofKey(fields)
		if why != nil {
			return why
		}
		if announced != "" && announced != thumbprint {
			return &refusal{cause: badProof, detail: "its key is not that of dpop_jkt"}
		}
		g.confirmation = append(g.confirmation, member{"jkt", thumbprint})
	}
	if c := r.http.TLS; c != nil && len(c.PeerCertificates) > 0 {
		digest := sha256Text(c.PeerCertificates[0].Raw)
		g.confirmation = append(g.confirmation, member{"x5t#S256", digest})
	}
	return nil
}

// proofKey returns the thumbprint of the key of the proof in fields, the values of the
// DPoP header fields.
func (r *tokenRequest) proofKey(fields []string) (thumbprint string, why *refusal) {
	bad := func(fault string) (string, *refusal) { return "", &refusal{cause: badProof, detail: fault} }
	if len(fields) != 1 {
		return bad("there is not exactly one DPoP field")
	}
	p, fault := parseProof(fields[0])
	if fault != "" {
		return bad(fault)
	}
	known, next := r.proofs.judgeNonce(p.text("nonce"))
	r.nonce = next
	// A client whose clock is wrong has to learn the nonce all the same.
	byNonce := known || next != ""
	if fault := p.fits(r.target, r.at, byNonce); fault != "" {
		return bad(fault)
	}
	if byNonce && !known {
		return "", &refusal{cause: nonceNeeded}
	}
	// Last, so that a rejected proof leaves its jti unused.
	if !r.proofs.first(p.thumbprint + " " + p.text("jti")) {
		return bad("jti was used before")
	}
	return p.thumbprint, nil
}
