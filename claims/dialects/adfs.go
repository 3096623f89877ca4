package dialects

import "github.com/bearerguard/bearerguard/claims"

// ADFS returns the dialect of Active Directory Federation Services, 2016 and
// later. Access tokens have an issuer of their own, "…/adfs/services/trust",
// often over plain http, which the metadata calls access_token_issuer. Roles and
// groups are there only if an issuance rule adds them. A token that names no
// person counts as the client's own.
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
