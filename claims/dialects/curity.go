package dialects

import "github.com/bearerguard/bearerguard/claims"

// Curity returns the dialect of the Curity Identity Server. The claim purpose
// tells access tokens from others. A token names the client only if the owner of
// the server adds client_id, or if the client is the audience.
func Curity() claims.Dialect {
	return claims.Dialect{
		Name:     "curity",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Equals: []string{"aud"}},
			{ // of unknown Kind: the token names no client
				Claim: []string{"client_id"}, Absent: true,
				And: &claims.Rule{Claim: []string{"azp"}, Absent: true},
			},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"purpose"}, NotIn: []string{"access_token"}},
		},
	}
}
