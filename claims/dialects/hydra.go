package dialects

import "github.com/bearerguard/bearerguard/claims"

// Hydra returns the dialect of Ory Hydra's JWT access tokens. Scopes are in scp or
// scope, each an array or a string. Custom claims are under ext, at the top level,
// or both.
func Hydra() claims.Dialect {
	return claims.Dialect{
		Name:         "hydra",
		ClientID:     [][]string{{"client_id"}},
		Scopes:       [][]string{{"scp"}, {"scope"}},
		Roles:        [][]string{{"ext", "roles"}, {"roles"}},
		Groups:       [][]string{{"ext", "groups"}, {"groups"}},
		Tenant:       [][]string{{"ext", "tenant"}, {"tenant"}},
		SourceSystem: [][]string{{"ext", "source_system"}, {"source_system"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true},
		},
	}
}
