package dialects

import "github.com/bearerguard/bearerguard/claims"

// SMART returns the dialect of SMART App Launch servers, Backend Services
// (system/ scopes) and SMART on openEHR included. SMART leaves the token's format
// open; what is read here is what servers with JWTs write. What the scopes mean
// is package scopes' matter.
func SMART() claims.Dialect {
	return claims.Dialect{
		Name:     "smart",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"cid"}},
	}
}

// Cadasto returns the dialect of Cadasto: SMART on openEHR with one issuer per
// customer, whose name is the first label of the issuer's host and nowhere else.
func Cadasto() claims.Dialect {
	d := SMART()
	d.Name = "cadasto"
	d.Tenant = [][]string{}
	d.TenantInIssuer = "https://{tenant}.auth.prod.cadasto.io"
	return d
}
