package dialects

import "github.com/bearerguard/bearerguard/claims"

// Keycloak returns the dialect of Keycloak. Roles are the realm's and those that
// the token grants at this API, never those at other clients. The tenant is the
// organization, or the realm if the token says nothing of organizations; an API
// that cannot have both kinds of tenant sets Tenant or TenantInIssuer itself.
func Keycloak() claims.Dialect {
	return claims.Dialect{
		Name:           "keycloak",
		ClientID:       [][]string{{"azp"}, {"client_id"}, {"clientId"}},
		Scopes:         [][]string{{"scope"}},
		Roles:          [][]string{{"realm_access", "roles"}, {"resource_access", "{audience}", "roles"}},
		Tenant:         [][]string{{"organization"}},
		TenantInIssuer: "*/realms/{tenant}",
		Kinds: []claims.Rule{
			// Notes that only a service account's session has.
			{Kind: claims.KindClient, Claim: []string{"clientHost"}},
			{Kind: claims.KindClient, Claim: []string{"clientAddress"}},
			{Kind: claims.KindClient, Claim: []string{"clientId"}},
			// A login's session. It goes before the names below, which a user
			// may choose and any mapper may write.
			{Kind: claims.KindUser, Claim: []string{"sid"}},
			{Kind: claims.KindUser, Claim: []string{"session_state"}},
			{Kind: claims.KindClient, Claim: []string{"preferred_username"}, Prefix: "service-account-"},
			{Kind: claims.KindClient, Claim: []string{"client_id"}},
		},
		// Every kind of token says so in typ; a nonce may be in any of them.
		NotAccess: []claims.Rule{
			{Claim: []string{"typ"}, NotIn: []string{"Bearer", "DPoP"}},
		},
		Reject: []claims.Rule{
			{Claim: []string{"typ"}, In: []string{"DPoP"}, And: &claims.Rule{Claim: []string{"cnf"}, Absent: true}},
		},
	}
}

// CERN returns the dialect of CERN's single sign-on: Keycloak, with the roles
// that an application's owner assigned, a subject that is a login name or names
// the client, and no tenants. Whoever asks gets a token for any application:
// the audience alone tells whether it is meant for this one.
func CERN() claims.Dialect {
	d := Keycloak()
	d.Name = "cern"
	d.Roles = [][]string{{"resource_access", "{audience}", "roles"}, {"cern_roles"}}
	d.Tenant, d.TenantInIssuer = [][]string{}, ""
	d.Kinds = append([]claims.Rule{
		{Kind: claims.KindUser, Claim: []string{"cern_person_id"}},
		{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "service-account-"},
	}, d.Kinds...)
	return d
}
