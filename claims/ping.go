package claims

// PingOne returns the dialect of PingOne. Every environment is an issuer of its
// own; a client's token has no subject.
func PingOne() Dialect {
	return Dialect{
		Name:     "pingone",
		ClientID: []Path{{"client_id"}},
		Scopes:   []Path{{"scope"}},
		Tenant:   []Path{{"env"}},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"client_id"}, Absent: true},
		},
	}
}

// PingFederate returns the dialect of PingFederate's JWT token managers with
// their usual claim names. Whether a token has iss and aud at all is the
// manager's configuration.
func PingFederate() Dialect {
	return Dialect{
		Name:     "pingfederate",
		ClientID: []Path{{"client_id"}},
		Scopes:   []Path{{"scope"}},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"client_id"}, Absent: true, And: &Rule{Claim: Path{"scope"}, Absent: true}},
		},
	}
}

// ForgeRock returns the dialect of ForgeRock AM and PingAM. The audience is the
// client; the subject is subname where there is one, because sub may be wrapped
// as "(usr!name)" or "(age!client)". The tenant is the realm, "/" at the top.
func ForgeRock() Dialect {
	return Dialect{
		Name:     "forgerock",
		Subject:  []Path{{"subname"}, {"sub"}},
		ClientID: []Path{{"client_id"}, {"aud"}},
		Scopes:   []Path{{"scope"}},
		Tenant:   []Path{{"realm"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"sub"}, Prefix: "(age!", Suffix: ")"}},
			{User, Rule{Claim: Path{"sub"}, Prefix: "(usr!", Suffix: ")"}},
			{Client, Rule{Claim: Path{"grant_type"}, In: []string{"client_credentials"}}},
		},
		// A nonce may be in access tokens too.
		NotAccess: []Rule{
			{Claim: Path{"tokenName"}, NotIn: []string{"access_token"}},
			{Claim: Path{"tokenName"}, Absent: true, And: &Rule{Claim: Path{"nonce"}}},
		},
	}
}
