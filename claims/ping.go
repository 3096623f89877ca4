package claims

// PingOne returns the dialect of PingOne. Every environment is an issuer of its
// own; a client's token has no subject.
func PingOne() Dialect {
	return Dialect{
		Name:     "pingone",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Tenant:   [][]string{{"env"}},
		NotAccess: []Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true},
		},
	}
}

// PingFederate returns the dialect of PingFederate's JWT token managers with
// their usual claim names. Whether a token has iss and aud at all is the
// manager's configuration.
func PingFederate() Dialect {
	return Dialect{
		Name:     "pingfederate",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		NotAccess: []Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true, And: &Rule{Claim: []string{"scope"}, Absent: true}},
		},
	}
}

// ForgeRock returns the dialect of ForgeRock AM and PingAM. The audience is the
// client; the subject is subname where there is one, because sub may be wrapped
// as "(usr!name)" or "(age!client)". The tenant is the realm, "/" at the top.
func ForgeRock() Dialect {
	return Dialect{
		Name:     "forgerock",
		Subject:  [][]string{{"subname"}, {"sub"}},
		ClientID: [][]string{{"client_id"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Tenant:   [][]string{{"realm"}},
		Kinds: []KindRule{
			{KindClient, Rule{Claim: []string{"sub"}, Prefix: "(age!", Suffix: ")"}},
			{KindUser, Rule{Claim: []string{"sub"}, Prefix: "(usr!", Suffix: ")"}},
			{KindClient, Rule{Claim: []string{"grant_type"}, In: []string{"client_credentials"}}},
		},
		// A nonce may be in access tokens too.
		NotAccess: []Rule{
			{Claim: []string{"tokenName"}, NotIn: []string{"access_token"}},
			{Claim: []string{"tokenName"}, Absent: true, And: &Rule{Claim: []string{"nonce"}}},
		},
	}
}
