package dialects

import "github.com/bearerguard/bearerguard/claims"

// IdentityServer returns the dialect of IdentityServer4 and Duende IdentityServer.
// The scope is an array or a string, tokens of clients have no subject, and the
// claims of a client begin with "client_" unless its owner changed the prefix.
func IdentityServer() claims.Dialect {
	return claims.Dialect{
		Name:         "identityserver",
		ClientID:     [][]string{{"client_id"}},
		Scopes:       [][]string{{"scope"}},
		Roles:        [][]string{{"role"}, {"roles"}, {"client_role"}},
		Tenant:       [][]string{{"client_tenant"}, {"tenant"}},
		SourceSystem: [][]string{{"client_source_system"}, {"source_system"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true}, // an ID token names the client as its audience
		},
	}
}

// Ipreo returns the dialect of Ipreo CAS: IdentityServer4, whose clients belong to
// a firm, the tenant.
func Ipreo() claims.Dialect {
	d := IdentityServer()
	d.Name = "ipreo"
	d.Tenant = [][]string{{"firm_id"}, {"client_firm_id"}}
	return d
}
