package dialects

import "github.com/bearerguard/bearerguard/claims"

// CloudflareAccess returns the dialect of the tokens that Cloudflare Access adds to
// a request, in the field Cf-Access-Jwt-Assertion. A service token is named by its
// client ID and has an empty subject. The token of the session with the
// organization, not with this application, is rejected.
func CloudflareAccess() claims.Dialect {
	return claims.Dialect{
		Name:         "cloudflare",
		ClientID:     [][]string{{"common_name"}},
		EmptySubject: true,
		Scopes:       [][]string{},
		Roles:        [][]string{},
		Groups:       [][]string{{"custom", "groups"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"type"}, NotIn: []string{"app"}},
		},
	}
}
