package dialects

import "github.com/bearerguard/bearerguard/claims"

// Auth0 returns the dialect of Auth0, of its own token profile (azp) and of its
// RFC 9068 profile (client_id). Roles are the permissions of role-based access
// control; custom claims have names that are URLs, so an API's owner sets
// SourceSystem and the like.
func Auth0() claims.Dialect {
	return claims.Dialect{
		Name:     "auth0",
		ClientID: [][]string{{"azp"}, {"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"permissions"}},
		Tenant:   [][]string{{"org_id"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"gty"}, In: []string{"client-credentials", "client_credentials"}},
			// Users of a custom database may choose names: it must be this client's.
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
