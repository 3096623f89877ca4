package middleware

import (
	"errors"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/internal/confirmation"
)

// readClaims reads the verified claims as the issuer's Dialect says. The Dialect
// rejects ID, refresh, logout and other tokens that are not access tokens. Of a token
// for another audience it does not read the lists of scopes and roles.
func (d *decision) readClaims() bool {
	d.copyRaw()
	var accept func(*claims.Token) bool
	if !d.issuer.audienceComesLast() {
		accept = func(t *claims.Token) bool { return d.issuer.hasAudience(t, d.scratch.payload) }
	}
	token, err := d.issuer.Dialect.TokenFor(d.scratch.payload, d.issuer.audiencesFor(d.scratch.payload), accept)
	if err != nil {
		d.hint = hintClaimsError(err, d.scratch.payload)
	}
	switch {
	case err == nil:
	case errors.Is(err, claimserr.ErrAudience):
		d.token = token
		return d.reject(ErrWrongAudience)
	case errors.Is(err, claimserr.ErrNotAccess):
		return d.reject(ErrNotAccessToken)
	case errors.Is(err, claimserr.ErrRejected):
		return d.reject(ErrRejected)
	default:
		return d.reject(ErrMalformedToken)
	}
	d.token = token
	d.issuer.setTenant(token, d.iss)
	if d.issuer.customize != nil { // it sees the tenant that counts, and cannot change it
		d.issuer.customize(d.scratch.payload, token)
		d.issuer.setTenant(token, d.iss)
		d.now = d.auth.now() // it may have waited
	}
	if token.Issuer != d.iss { // Dialect.Customize changed it
		d.hint = hintCustomize
		return d.reject(ErrMalformedToken)
	}
	if token.Subject == "" && token.ClientID == "" && !d.issuer.Dialect.Anonymous {
		d.hint = hintNameless
		return d.reject(ErrMalformedToken)
	}
	return true
}

// checkBinding reads to which keys the token is bound (RFC 7800, section 3.1). It rejects a
// token whose binding this Authenticator cannot check: without its proof it may have been
// stolen. checkPossession checks the others on every request.
func (d *decision) checkBinding() bool {
	d.token.KeyThumbprint, d.token.CertificateThumbprint = "", "" // Customize may have set them
	raw, ok := d.scratch.payload.Lookup("cnf")
	if !ok {
		return true
	}
	bound, ok := confirmation.Read(raw)
	if !ok || bound.Key != "" && d.auth.proofs == nil || bound.Certificate != "" && d.auth.certificates == nil {
		return d.reject(ErrNotHolder)
	}
	d.token.KeyThumbprint, d.token.CertificateThumbprint = bound.Key, bound.Certificate
	return true
}
