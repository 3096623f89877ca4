package claims

// Auth0 returns the dialect of Auth0, of its own token profile (azp) and of its
// RFC 9068 profile (client_id). Roles are the permissions of role-based access
// control; custom claims have names that are URLs, so an API's owner sets
// SourceSystem and the like.
func Auth0() Dialect {
	return Dialect{
		Name:     "auth0",
		ClientID: []Path{{"azp"}, {"client_id"}},
		Scopes:   []Path{{"scope"}},
		Roles:    []Path{{"permissions"}},
		Tenant:   []Path{{"org_id"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"gty"}, In: []string{"client-credentials", "client_credentials"}}},
			// Users of a custom database may choose names: it must be this client's.
			{Client, Rule{Claim: Path{"sub"}, Suffix: "@clients", Equals: Path{"azp"}}},
			{Client, Rule{Claim: Path{"sub"}, Suffix: "@clients", Equals: Path{"client_id"}}},
			{Client, Rule{Claim: Path{"sub"}, Prefix: "agt_"}}, // an agent acting for itself
			{Client, Rule{Claim: Path{"sub_profile"}, In: []string{"ai_agent"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"azp"}, Absent: true, And: &Rule{Claim: Path{"client_id"}, Absent: true}},
		},
	}
}
