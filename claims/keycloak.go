package claims

// Keycloak returns the dialect of Keycloak. Roles are the realm's and those that
// the token grants at this API, never those at other clients. The tenant is the
// organization, or the realm if the token says nothing of organizations; an API
// that cannot have both kinds of tenant sets Tenant or TenantInIssuer itself.
func Keycloak() Dialect {
	return Dialect{
		Name:           "keycloak",
		ClientID:       [][]string{{"azp"}, {"client_id"}, {"clientId"}},
		Scopes:         [][]string{{"scope"}},
		Roles:          [][]string{{"realm_access", "roles"}, {"resource_access", thisAPI, "roles"}},
		Tenant:         [][]string{{"organization"}},
		TenantInIssuer: "*/realms/{tenant}",
		Kinds: []KindRule{
			// Notes that only a service account's session has.
			{KindClient, Rule{Claim: []string{"clientHost"}}},
			{KindClient, Rule{Claim: []string{"clientAddress"}}},
			{KindClient, Rule{Claim: []string{"clientId"}}},
			// A login's session. It goes before the names below, which a user
			// may choose and any mapper may write.
			{KindUser, Rule{Claim: []string{"sid"}}},
			{KindUser, Rule{Claim: []string{"session_state"}}},
			{KindClient, Rule{Claim: []string{"preferred_username"}, Prefix: "service-account-"}},
			{KindClient, Rule{Claim: []string{"client_id"}}},
		},
		// Every kind of token says so in typ; a nonce may be in any of them.
		NotAccess: []Rule{
			{Claim: []string{"typ"}, NotIn: []string{"Bearer", "DPoP"}},
		},
		Reject: []Rule{
			{Claim: []string{"typ"}, In: []string{"DPoP"}, And: &Rule{Claim: []string{"cnf"}, Absent: true}},
		},
	}
}

// CERN returns the dialect of CERN's single sign-on: Keycloak, with the roles
// that an application's owner assigned, a subject that is a login name or names
// the client, and no tenants. Whoever asks gets a token for any application:
// the audience alone tells whether it is meant for this one.
func CERN() Dialect {
	d := Keycloak()
	d.Name = "cern"
	d.Roles = [][]string{{"resource_access", thisAPI, "roles"}, {"cern_roles"}}
	d.Tenant, d.TenantInIssuer = [][]string{}, ""
	d.Kinds = append([]KindRule{
		{KindUser, Rule{Claim: []string{"cern_person_id"}}},
		{KindClient, Rule{Claim: []string{"sub"}, Prefix: "service-account-"}},
	}, d.Kinds...)
	return d
}
