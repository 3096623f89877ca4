package dialects

import "github.com/bearerguard/bearerguard/claims"

// PingOne returns the dialect of PingOne. Each environment has its own issuer. The
// token of a client has no subject.
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

// PingFederate returns the dialect of PingFederate's JWT token managers with their
// usual claim names. The configuration of the token manager decides whether a
// token has iss and aud.
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
// client. The subject is subname if present, because sub may be wrapped as
// "(usr!name)" or "(age!client)". The tenant is the realm, "/" for the top one.
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
		// Access tokens may have a nonce too.
		NotAccess: []claims.Rule{
			{Claim: []string{"tokenName"}, NotIn: []string{"access_token"}},
			{Claim: []string{"tokenName"}, Absent: true, And: &claims.Rule{Claim: []string{"nonce"}}},
		},
	}
}
