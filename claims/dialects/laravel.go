package dialects

import "github.com/bearerguard/bearerguard/claims"

// LaravelPassport returns the dialect of Laravel Passport and the library under it,
// league/oauth2-server. The audience is the client, and scopes are in "scopes".
// Older versions write an empty subject for clients. Tokens name neither the
// issuer nor the key.
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
