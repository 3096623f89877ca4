package dialects

import "github.com/bearerguard/bearerguard/claims"

// OracleIDCS returns the dialect of Oracle Identity Cloud Service and of the
// identity domains of OCI IAM. The subject of a user is the login name; user_id is
// the stable identifier. Roles are the user's roles at applications. All customers
// have the same issuer, so only the key set tells them apart.
func OracleIDCS() claims.Dialect {
	return claims.Dialect{
		Name:     "idcs",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"userAppRoles"}},
		Groups:   [][]string{{"groups"}, {"group"}, {"iam_groups"}},
		Tenant:   [][]string{{"tenant"}, {"user.tenant.name"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub_type"}, In: []string{"client"}},
			{Kind: claims.KindUser, Claim: []string{"sub_type"}, In: []string{"user"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"tok_type"}, NotIn: []string{"AT"}},
		},
	}
}
