package dialects

import "github.com/bearerguard/bearerguard/claims"

// Okta returns the dialect of an Okta custom authorization server. Only Okta can
// verify the tokens of the org authorization server. The sub of a user is the
// login name, which may change; uid is the stable identifier. Roles are the claims
// roles and groups, which the owner of the server defines.
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
