package dialects

import "github.com/bearerguard/bearerguard/claims"

// SpringAuthorizationServer returns the dialect of Spring Authorization Server.
// Unless the owner of the server customizes its tokens, they name the client only
// as the audience.
func SpringAuthorizationServer() claims.Dialect {
	return claims.Dialect{
		Name:     "spring",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"roles"}, {"entitlements"}, {"authorities"}}, // if a customizer adds them
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			// ID tokens have azp and no scope. Access tokens have scope and no azp.
			{Claim: []string{"azp"}, And: &claims.Rule{Claim: []string{"scope"}, Absent: true}},
		},
	}
}
