package dialects

import "github.com/bearerguard/bearerguard/claims"

// Cognito returns the dialect of Amazon Cognito user pools. Scopes are written
// "<resource server>/<scope>": set ScopePrefix to your resource server with the
// slash. A token names no audience unless the client requests a resource.
func Cognito() claims.Dialect {
	return claims.Dialect{
		Name:     "cognito",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"cognito:groups"}},
		Groups:   [][]string{{"cognito:groups"}},
		Tenant:   [][]string{{"custom:tenant"}, {"tenant"}},
		SourceSystem: [][]string{
			{"custom:source_system"}, {"source_system"},
		},
		Kinds: []claims.Rule{
			{Kind: claims.KindUser, Claim: []string{"username"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"token_use"}, Absent: true},
			{Claim: []string{"token_use"}, NotIn: []string{"access"}},
		},
	}
}
