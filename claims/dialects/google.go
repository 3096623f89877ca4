package dialects

import "github.com/bearerguard/bearerguard/claims"

// Google returns the dialect of the tokens with which Google's service accounts
// call services: ID tokens in form, made for one audience and without scopes.
// Those of a login are told apart and refused. Google's access tokens are
// opaque. The issuer is "https://accounts.google.com".
func Google() claims.Dialect {
	return claims.Dialect{
		Name:     "google",
		ClientID: [][]string{{"azp"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"hd"}},
	}
}
