package dialects

import "github.com/bearerguard/bearerguard/claims"

// SpringAuthorizationServer returns the dialect of Spring Authorization Server,
// whose tokens name the client as their audience, unless the owner customized
// them, and nowhere else.
func SpringAuthorizationServer() claims.Dialect {
	return claims.Dialect{
		Name:     "spring",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			// ID tokens have azp and no scope, access tokens are the other way.
			{Claim: []string{"azp"}, And: &claims.Rule{Claim: []string{"scope"}, Absent: true}},
		},
	}
}
