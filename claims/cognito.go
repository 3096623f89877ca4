package claims

// Cognito returns the dialect of Amazon Cognito user pools. Scopes are written
// "<resource server>/<scope>": ScopePrefix takes this API's resource server off.
// A token names no audience unless the client asked for a resource.
func Cognito() Dialect {
	return Dialect{
		Name:     "cognito",
		ClientID: []Path{{"client_id"}},
		Scopes:   []Path{{"scope"}},
		Roles:    []Path{{"cognito:groups"}},
		Groups:   []Path{{"cognito:groups"}},
		Tenant:   []Path{{"custom:tenant"}, {"tenant"}},
		SourceSystem: []Path{
			{"custom:source_system"}, {"source_system"},
		},
		Kinds: []KindRule{
			{User, Rule{Claim: Path{"username"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"token_use"}, Absent: true},
			{Claim: Path{"token_use"}, NotIn: []string{"access"}},
		},
	}
}
