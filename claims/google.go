package claims

// Google returns the dialect of the tokens with which Google's service accounts
// call services: ID tokens in form, made for one audience and without scopes.
// Those of a login are told apart and refused. Google's access tokens are
// opaque. The issuer is "https://accounts.google.com".
func Google() Dialect {
	return Dialect{
		Name:     "google",
		ClientID: [][]string{{"azp"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"hd"}},
	}
}
