package dialects

import "github.com/bearerguard/bearerguard/claims"

// LaravelPassport returns the dialect of league/oauth2-server and Laravel Passport: the
// audience is the client, scopes are in "scopes", a client's subject is empty in
// older versions, and tokens name no issuer and no key.
func LaravelPassport() claims.Dialect {
	return claims.Dialect{
		Name:         "league",
		ClientID:     [][]string{{"client_id"}, {"aud"}},
		EmptySubject: true,
		Scopes:       [][]string{{"scopes"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"scopes"}, Absent: true},
		},
	}
}
