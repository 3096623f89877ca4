package dialects

import "github.com/bearerguard/bearerguard/claims"

// ADFS returns the dialect of Active Directory Federation Services, 2016 and
// later. Access tokens have another issuer than ID tokens:
// "…/adfs/services/trust", often with the scheme http. The metadata calls it
// access_token_issuer. Roles and groups are present only if an issuance rule adds
// them. A token that does not name a person is the client's own.
func ADFS() claims.Dialect {
	return claims.Dialect{
		Name:     "adfs",
		ClientID: [][]string{{"appid"}, {"client_id"}},
		Scopes:   [][]string{{"scp"}},
		Roles:    [][]string{{"role"}, {"roles"}},
		Groups:   [][]string{{"group"}, {"groups"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Equals: []string{"appid"}},
			{Kind: claims.KindUser, Claim: []string{"upn"}},
			{Kind: claims.KindUser, Claim: []string{"unique_name"}},
			{Kind: claims.KindUser, Claim: []string{"winaccountname"}},
			{Kind: claims.KindUser, Claim: []string{"email"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"iss"}, Suffix: "/adfs"}, // the issuer of ID tokens
			{Claim: []string{"appid"}, Absent: true, And: &claims.Rule{Claim: []string{"client_id"}, Absent: true}},
		},
	}
}
