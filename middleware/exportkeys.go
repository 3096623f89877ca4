package middleware

import "github.com/bearerguard/bearerguard/middleware/internal/keyring"

// ExportKeys returns the keys of issuer, which is Issuer.URL or, for a
// template, the tenant's issuer, for ImportKeys of a later process.
func (a *Authenticator) ExportKeys(issuer string) ([]byte, error) {
	_, ring, err := a.ringOf(issuer)
	if err != nil {
		return nil, err
	}
	return ring.Export()
}

// ImportKeys makes the keys that ExportKeys returned usable until the issuer can
// be reached, so that an API can start without it. The keys pass all the checks
// that fetched ones do; keys of another issuer are rejected. They stay usable no
// longer than in the process that exported them. Protect what is imported:
// changing it allows forging tokens.
//
// For an issuer that is not configured, the error is ErrUnknownIssuer.
func (a *Authenticator) ImportKeys(issuer string, exported []byte) error {
	trusted, ring, err := a.ringOf(issuer)
	if err != nil {
		return err
	}
	if err := ring.Import(exported); err != nil {
		return err
	}
	if trusted.family != nil {
		trusted.family.Keep(ring)
	}
	return nil
}

// ringOf returns the issuer that iss names and its key ring, or that of its tenant.
func (a *Authenticator) ringOf(iss string) (*trustedIssuer, *keyring.Ring, error) {
	if issuer := a.issuers.exact[iss]; issuer != nil {
		return issuer, issuer.ring, nil
	}
	issuer := a.issuers.template(iss)
	if issuer == nil {
		return nil, nil, ErrUnknownIssuer
	}
	tenant, _ := issuer.tenant(iss)
	ring, err := issuer.family.Ring(map[string]string{issuer.name: tenant}, iss)
	return issuer, ring, err
}
