package claims

// UAA returns the dialect of the Cloud Foundry UAA. A client's permissions are
// its authorities, which its tokens repeat as scopes; the tenant is the identity
// zone.
func UAA() Dialect {
	return Dialect{
		Name:         "uaa",
		ClientID:     []Path{{"client_id"}, {"cid"}, {"azp"}},
		Scopes:       []Path{{"scope"}},
		ClientScopes: []Path{{"authorities"}},
		Roles:        []Path{{"authorities"}},
		Tenant:       []Path{{"zid"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"grant_type"}, In: []string{"client_credentials", "client_x509"}}},
			{User, Rule{Claim: Path{"user_id"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"jti"}, Suffix: "-r"}, // a refresh token, which has no azp either
			{Claim: Path{"azp"}, Absent: true},
			// What only ID tokens tell of a login.
			{Claim: Path{"previous_logon_time"}},
			{Claim: Path{"email_verified"}},
		},
	}
}

// XSUAA returns the dialect of SAP's XSUAA: UAA whose scopes begin with the name
// of the application, which ScopePrefix takes off ("my-app!t1."), whose users
// have role collections, and whose tenant is the subscriber's zone.
func XSUAA() Dialect {
	d := UAA()
	d.Name = "xsuaa"
	d.Roles = []Path{{"xs.system.attributes", "xs.rolecollections"}}
	d.Groups = []Path{{"xs.system.attributes", "xs.saml.groups"}}
	d.SourceSystem = []Path{{"source_system"}, {"ext_attr", "serviceinstanceid"}}
	return d
}
