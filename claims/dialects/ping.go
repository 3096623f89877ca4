package dialects

import "github.com/bearerguard/bearerguard/claims"

// PingOne returns the dialect of PingOne. Every environment is an issuer of its
// own; a client's token has no subject.
func PingOne() claims.Dialect {
	return claims.Dialect{
		Name:     "pingone",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Tenant:   [][]string{{"env"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true},
		},
	}
}

// PingFederate returns the dialect of PingFederate's JWT token managers with
// their usual claim names. Whether a token has iss and aud at all is the
// manager's configuration.
func PingFederate() claims.Dialect {
	return claims.Dialect{
		Name:     "pingfederate",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true, And: &claims.Rule{Claim: []string{"scope"}, Absent: true}},
		},
	}
}

// ForgeRock returns the dialect of ForgeRock AM and PingAM. The audience is the
// client; the subject is subname where there is one, because sub may be wrapped
// as "(usr!name)" or "(age!client)". The tenant is the realm, "/" at the top.
func ForgeRock() claims.Dialect {
	return claims.Dialect{
		Name:     "forgerock",
		Subject:  [][]string{{"subname"}, {"sub"}},
		ClientID: [][]string{{"client_id"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Tenant:   [][]string{{"realm"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "(age!", Suffix: ")"},
			{Kind: claims.KindUser, Claim: []string{"sub"}, Prefix: "(usr!", Suffix: ")"},
			{Kind: claims.KindClient, Claim: []string{"grant_type"}, In: []string{"client_credentials"}},
		},
		// A nonce may be in access tokens too.
		NotAccess: []claims.Rule{
			{Claim: []string{"tokenName"}, NotIn: []string{"access_token"}},
			{Claim: []string{"tokenName"}, Absent: true, And: &claims.Rule{Claim: []string{"nonce"}}},
		},
	}
}
