package testutil

import "time"

// ParseProof is parseProof for tests: it returns the thumbprint of the key of a proof,
// or what is wrong with the proof.
func ParseProof(compact string) (thumbprint, fault string) {
	p, fault := parseProof(compact)
	return p.thumbprint, fault
}

// ProofFits says why a proof with a good signature is not for a POST to target at this
// time, or "".
func ProofFits(compact, target string, at time.Time) (fault string) {
	p, fault := parseProof(compact)
	if fault != "" {
		return fault
	}
	return p.fits(target, at, false)
}

// JWKThumbprint is jwkThumbprint for tests.
func JWKThumbprint(members map[string]string) string {
	var jwk object
	for name, value := range members {
		jwk = append(jwk, member{name, value})
	}
	return jwkThumbprint(jwk)
}

// HasNonceError is hasNonceError for tests.
func HasNonceError(field string) bool { return hasNonceError(field) }

// Remembered is how many proofs the token endpoint remembers at most.
const Remembered = 2 * maxRemembered

// AcceptProof reports whether i accepts a proof called id for the first time.
func (i *Issuer) AcceptProof(id string) bool { return i.proofs.first(id) }

// RememberedProofs returns how many proofs i remembers.
func (i *Issuer) RememberedProofs() int { return len(i.proofs.recent) + len(i.proofs.older) }
