package claims

// UAA returns the dialect of the Cloud Foundry UAA. A client's permissions are
// its authorities, which its tokens repeat as scopes; the tenant is the identity
// zone.
func UAA() Dialect {
	return Dialect{
		Name:         "uaa",
		ClientID:     [][]string{{"client_id"}, {"cid"}, {"azp"}},
		Scopes:       [][]string{{"scope"}},
		ClientScopes: [][]string{{"authorities"}},
		Roles:        [][]string{{"authorities"}},
		Tenant:       [][]string{{"zid"}},
		Kinds: []KindRule{
			{KindClient, Rule{Claim: []string{"grant_type"}, In: []string{"client_credentials", "client_x509"}}},
			{KindUser, Rule{Claim: []string{"user_id"}}},
		},
		NotAccess: []Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"jti"}, Suffix: "-r"}, // a refresh token, which has no azp either
			{Claim: []string{"azp"}, Absent: true},
			// What only ID tokens tell of a login.
			{Claim: []string{"previous_logon_time"}},
			{Claim: []string{"email_verified"}},
		},
	}
}

// XSUAA returns the dialect of SAP's XSUAA: UAA whose scopes begin with the name
// of the application, which ScopePrefix takes off ("my-app!t1."), whose users
// have role collections, and whose tenant is the subscriber's zone.
func XSUAA() Dialect {
	d := UAA()
	d.Name = "xsuaa"
	d.Roles = [][]string{{"xs.system.attributes", "xs.rolecollections"}}
	d.Groups = [][]string{{"xs.system.attributes", "xs.saml.groups"}}
	d.SourceSystem = [][]string{{"source_system"}, {"ext_attr", "serviceinstanceid"}}
	return d
}
