package middleware

// sameAsOuter reports whether an outer guard has admitted the request with the same token
// and the same proof, which was used then.
func (d *decision) sameAsOuter() bool {
	if d.outer == nil || d.outer.verified.raw != d.raw {
		return false
	}
	proof := d.outer.shown()
	return proof == nil && d.proof == "" || proof != nil && proof.field == d.proof
}

// checkPossession checks that the caller holds the keys to which the token is bound. It
// is done on every request, for cached tokens too. A token that is bound to a DPoP key
// comes with the scheme DPoP and its proof, every other one without (RFC 9449, sections 7.1
// and 7.2): otherwise a stolen token could be used as a plain one.
func (d *decision) checkPossession(r *Request) bool {
	if d.auth.proofs == nil && d.auth.certificates == nil {
		return true // checkBinding has rejected bound tokens
	}
	return d.issuer == d.auth.vouched || d.checkHolder(r)
}

// checkHolder is checkPossession for an API that accepts bound tokens.
func (d *decision) checkHolder(r *Request) bool {
	a, bound := d.auth, d.token.KeyThumbprint != ""
	switch {
	case bound && !d.proven:
		d.hint, d.quiet = hintWithoutProof, true
		return d.reject(ErrNotHolder)
	case !bound && d.proven:
		d.hint, d.quiet = hintUnbound, true
		return d.reject(ErrNotHolder)
	case !bound && a.proofs != nil && a.proofs.config.Required:
		d.hint, d.quiet = hintRequired, true
		return d.reject(ErrNotHolder)
	case d.token.CertificateThumbprint != "":
		if !d.checkCertificate(r) {
			return false
		}
	case a.certificates != nil && a.certificates.config.Required:
		d.hint, d.quiet = hintUncertified, true
		return d.reject(ErrNotHolder)
	}
	if bound && !d.sameAsOuter() {
		return d.checkProof(r)
	}
	return true
}
