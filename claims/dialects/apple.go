package dialects

import "github.com/bearerguard/bearerguard/claims"

// Apple returns the dialect of the identity tokens of Sign in with Apple, for an
// API that accepts them knowingly. Apple's access tokens are opaque. The audience is
// the bundle ID or Services ID of the application: nothing but the audience shows
// that a token is meant for this API. Apple's notifications to servers, which have
// the same issuer and audience, are rejected by their events.
func Apple() claims.Dialect {
	return claims.Dialect{
		Name:                   "apple",
		ClientID:               [][]string{},
		Scopes:                 [][]string{},
		Roles:                  [][]string{},
		Groups:                 [][]string{},
		Tenant:                 [][]string{},
		NotAccess:              []claims.Rule{},
		DangerouslyIgnoreMarks: [][]string{{"at_hash"}, {"c_hash"}}, // see above
	}
}
