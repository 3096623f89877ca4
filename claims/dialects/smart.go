package dialects

import "github.com/bearerguard/bearerguard/claims"

// SMART returns the dialect of SMART App Launch servers, including Backend Services
// (system/ scopes) and SMART on openEHR. SMART does not define the format of
// tokens; this dialect reads what servers with JWTs write. Package scopes reads
// the scopes of SMART.
func SMART() claims.Dialect {
	return claims.Dialect{
		Name:     "smart",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"cid"}},
	}
}

// Cadasto returns the dialect of Cadasto: SMART on openEHR with one issuer per
// customer. The tenant is the first label of the issuer's host.
func Cadasto() claims.Dialect {
	d := SMART()
	d.Name = "cadasto"
	d.Tenant = [][]string{}
	d.TenantInIssuer = "https://{tenant}.auth.prod.cadasto.io"
	return d
}
