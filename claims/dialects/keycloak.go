package dialects

import "github.com/bearerguard/bearerguard/claims"

// Keycloak returns the dialect of Keycloak. Roles are those of the realm and those
// at this API, without those at other clients. The tenant is the organization, or
// the realm if the token names no organization. Set Tenant or TenantInIssuer if
// your API must not mix the two kinds of tenant. With a placeholder for the realm
// in Issuer.URL the tenant is always the realm.
func Keycloak() claims.Dialect {
	return claims.Dialect{
		Name:           "keycloak",
		ClientID:       [][]string{{"azp"}, {"client_id"}, {"clientId"}},
		Scopes:         [][]string{{"scope"}},
		Roles:          [][]string{{"realm_access", "roles"}, {"resource_access", "{audience}", "roles"}},
		Tenant:         [][]string{{"organization"}},
		TenantInIssuer: "*/realms/{tenant}",
		Kinds: []claims.Rule{
			// Claims that only the session of a service account has.
			{Kind: claims.KindClient, Claim: []string{"clientHost"}},
			{Kind: claims.KindClient, Claim: []string{"clientAddress"}},
			{Kind: claims.KindClient, Claim: []string{"clientId"}},
			// The session of a login. It precedes the names below, which a user may
			// choose and any mapper may write.
			{Kind: claims.KindUser, Claim: []string{"sid"}},
			{Kind: claims.KindUser, Claim: []string{"session_state"}},
			{Kind: claims.KindClient, Claim: []string{"preferred_username"}, Prefix: "service-account-"},
			{Kind: claims.KindClient, Claim: []string{"client_id"}},
		},
		// typ names the kind of every token. Any of them may have a nonce.
		NotAccess: []claims.Rule{
			{Claim: []string{"typ"}, NotIn: []string{"Bearer", "DPoP"}},
		},
		Reject: []claims.Rule{
			{Claim: []string{"typ"}, In: []string{"DPoP"}, And: &claims.Rule{Claim: []string{"cnf"}, Absent: true}},
		},
	}
}

// CERN returns the dialect of CERN's single sign-on: Keycloak, with the roles that
// the owner of the application assigned and without tenants. The subject is a
// login name or names the client. Any client gets a token for any application, so
// only the audience shows that a token is meant for this one.
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
