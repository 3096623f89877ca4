package dialects

import "github.com/bearerguard/bearerguard/claims"

// CloudFoundryUAA returns the dialect of the Cloud Foundry UAA. A client's permissions are
// its authorities, which its tokens repeat as scopes; the tenant is the identity
// zone.
func CloudFoundryUAA() claims.Dialect {
	return claims.Dialect{
		Name:         "uaa",
		ClientID:     [][]string{{"client_id"}, {"cid"}, {"azp"}},
		Scopes:       [][]string{{"scope"}},
		ClientScopes: [][]string{{"authorities"}},
		Roles:        [][]string{{"authorities"}},
		Tenant:       [][]string{{"zid"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"grant_type"}, In: []string{"client_credentials", "client_x509"}},
			{Kind: claims.KindUser, Claim: []string{"user_id"}},
		},
		NotAccess: []claims.Rule{
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
func XSUAA() claims.Dialect {
	d := CloudFoundryUAA()
	d.Name = "xsuaa"
	d.Roles = [][]string{{"xs.system.attributes", "xs.rolecollections"}}
	d.Groups = [][]string{{"xs.system.attributes", "xs.saml.groups"}}
	d.SourceSystem = [][]string{{"source_system"}, {"ext_attr", "serviceinstanceid"}}
	return d
}
