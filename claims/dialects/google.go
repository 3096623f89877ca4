package dialects

import "github.com/bearerguard/bearerguard/claims"

// Google returns the dialect of the tokens with which Google's service accounts
// call services. They have the form of ID tokens, one audience and no scopes. The
// ID tokens of a login are rejected. Google's access tokens are opaque. The issuer
// is "https://accounts.google.com".
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
