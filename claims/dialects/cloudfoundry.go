package dialects

import "github.com/bearerguard/bearerguard/claims"

// CloudFoundryUAA returns the dialect of the Cloud Foundry UAA. The permissions of
// a client are its authorities, which count as scopes in its own tokens. The
// tenant is the identity zone.
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
			{Claim: []string{"jti"}, Suffix: "-r"}, // a refresh token
			{Claim: []string{"azp"}, Absent: true},
			// Only ID tokens describe the login.
			{Claim: []string{"previous_logon_time"}},
			{Claim: []string{"email_verified"}},
		},
	}
}

// XSUAA returns the dialect of SAP's XSUAA, a UAA. Scopes begin with the name of
// the application: set ScopePrefix to it ("my-app!t1."). Roles are the user's
// role collections. The tenant is the subscriber's zone.
func XSUAA() claims.Dialect {
	d := CloudFoundryUAA()
	d.Name = "xsuaa"
	d.Roles = [][]string{{"xs.system.attributes", "xs.rolecollections"}}
	d.Groups = [][]string{{"xs.system.attributes", "xs.saml.groups"}}
	d.SourceSystem = [][]string{{"source_system"}, {"ext_attr", "serviceinstanceid"}}
	return d
}
