package claims

// Hydra returns the dialect of Ory Hydra's JWT access tokens: scp or scope, each
// as array or string, and custom claims under ext, at the top level, or both.
func Hydra() Dialect {
	return Dialect{
		Name:         "hydra",
		ClientID:     []Path{{"client_id"}},
		Scopes:       []Path{{"scp"}, {"scope"}},
		Roles:        []Path{{"ext", "roles"}, {"roles"}},
		Groups:       []Path{{"ext", "groups"}, {"groups"}},
		Tenant:       []Path{{"ext", "tenant"}, {"tenant"}},
		SourceSystem: []Path{{"ext", "source_system"}, {"source_system"}},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"client_id"}, Absent: true},
		},
	}
}
