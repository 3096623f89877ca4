package dialects

import "github.com/bearerguard/bearerguard/claims"

// Auth0 returns the dialect of Auth0, for its own token profile (azp) and its
// RFC 9068 profile (client_id). Roles are the permissions of role-based access
// control. Custom claims have URLs as names: set SourceSystem and other fields to
// yours.
func Auth0() claims.Dialect {
	return claims.Dialect{
		Name:     "auth0",
		ClientID: [][]string{{"azp"}, {"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"permissions"}},
		Tenant:   [][]string{{"org_id"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"gty"}, In: []string{"client-credentials", "client_credentials"}},
			// Users of a custom database may choose their names, so the name must be
			// that of this client.
			{Kind: claims.KindClient, Claim: []string{"sub"}, Suffix: "@clients", Equals: []string{"azp"}},
			{Kind: claims.KindClient, Claim: []string{"sub"}, Suffix: "@clients", Equals: []string{"client_id"}},
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "agt_"}, // an agent acting for itself
			{Kind: claims.KindClient, Claim: []string{"sub_profile"}, In: []string{"ai_agent"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"azp"}, Absent: true, And: &claims.Rule{Claim: []string{"client_id"}, Absent: true}},
		},
	}
}
