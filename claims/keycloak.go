package claims

// Keycloak returns the dialect of Keycloak. Roles are the realm's and those that
// the token grants at this API, never those at other clients. The tenant is the
// organization, or the realm if the token says nothing of organizations; an API
// that cannot have both kinds of tenant sets Tenant or TenantInIssuer itself.
func Keycloak() Dialect {
	return Dialect{
		Name:           "keycloak",
		ClientID:       []Path{{"azp"}, {"client_id"}, {"clientId"}},
		Scopes:         []Path{{"scope"}},
		Roles:          []Path{{"realm_access", "roles"}, {"resource_access", ThisAPI, "roles"}},
		Tenant:         []Path{{"organization"}},
		TenantInIssuer: "*/realms/{tenant}",
		Kinds: []KindRule{
			// Notes that only a service account's session has.
			{Client, Rule{Claim: Path{"clientHost"}}},
			{Client, Rule{Claim: Path{"clientAddress"}}},
			{Client, Rule{Claim: Path{"clientId"}}},
			// A login's session. It goes before the names below, which a user
			// may choose and any mapper may write.
			{User, Rule{Claim: Path{"sid"}}},
			{User, Rule{Claim: Path{"session_state"}}},
			{Client, Rule{Claim: Path{"preferred_username"}, Prefix: "service-account-"}},
			{Client, Rule{Claim: Path{"client_id"}}},
		},
		// Every kind of token says so in typ; a nonce may be in any of them.
		NotAccess: []Rule{
			{Claim: Path{"typ"}, NotIn: []string{"Bearer", "DPoP"}},
		},
		Reject: []Rule{
			{Claim: Path{"typ"}, In: []string{"DPoP"}, And: &Rule{Claim: Path{"cnf"}, Absent: true}},
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
	d.Roles = []Path{{"resource_access", ThisAPI, "roles"}, {"cern_roles"}}
	d.Tenant, d.TenantInIssuer = []Path{}, ""
	d.Kinds = append([]KindRule{
		{User, Rule{Claim: Path{"cern_person_id"}}},
		{Client, Rule{Claim: Path{"sub"}, Prefix: "service-account-"}},
	}, d.Kinds...)
	return d
}
