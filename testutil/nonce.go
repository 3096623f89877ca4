package testutil

// Nonce returns the nonce that the token endpoint requires in DPoP proofs now, or ""
// without [Options.RequireNonce].
func (i *Issuer) Nonce() string { return i.proofs.nonce() }

// RotateNonce gives the token endpoint a new nonce for DPoP proofs. Proofs with the
// previous one are still accepted, with the new one in the response (RFC 9449 section
// 8.2); older ones are rejected. Without [Options.RequireNonce] it does nothing.
func (i *Issuer) RotateNonce() {
	if i.options.RequireNonce {
		i.proofs.renewNonce()
	}
}
