package dialects

import "github.com/bearerguard/bearerguard/claims"

// Okta returns the dialect of an Okta custom authorization server; tokens of the
// org authorization server cannot be verified by anybody but Okta. A user's sub
// is the login name, which may change; uid is the stable identifier. Roles are
// the claims roles and groups, which the server's owner defines.
func Okta() claims.Dialect {
	return claims.Dialect{
		Name:     "okta",
		ClientID: [][]string{{"cid"}},
		Scopes:   [][]string{{"scp"}},
		Roles:    [][]string{{"roles"}, {"groups"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindUser, Claim: []string{"uid"}},
			{Kind: claims.KindClient, Claim: []string{"cid"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"cid"}, Absent: true},
			{Claim: []string{"jti"}, Prefix: "ID."},
		},
	}
}
