package dialects

import "github.com/bearerguard/bearerguard/claims"

// Dex returns the dialect of Dex. Its access tokens are ID tokens: they have nonce
// and at_hash, and their audience is a client. Only the ID token for a code is told
// apart, by its c_hash. Another ID token for the same audience counts as an access
// token, so nothing but the audience shows that a token is meant for this API.
func Dex() claims.Dialect {
	return claims.Dialect{
		Name:                   "dex",
		ClientID:               [][]string{{"azp"}, {"aud"}},
		Scopes:                 [][]string{},
		Roles:                  [][]string{},
		Tenant:                 [][]string{},
		NotAccess:              []claims.Rule{},
		DangerouslyIgnoreMarks: [][]string{{"at_hash"}}, // see above
	}
}

// Casdoor returns the dialect of Casdoor. Its access token is its ID token, with the
// nonce, and the audience is the application. Refresh tokens have the same claims
// and another tokenType. The tenant is the organization.
func Casdoor() claims.Dialect {
	return claims.Dialect{
		Name:     "casdoor",
		ClientID: [][]string{{"azp"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"roles"}},
		Tenant:   [][]string{{"owner"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"type"}, In: []string{"application"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"tokenType"}, NotIn: []string{"access-token"}},
		},
	}
}

// Logto returns the dialect of Logto. The tenant is the organization of a token for
// an API; a token for an organization itself has it in the audience
// ("urn:logto:organization:…"). Roles are present only if a script adds them.
func Logto() claims.Dialect {
	return claims.Dialect{
		Name:     "logto",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"roles"}},
		Tenant:   [][]string{{"organization_id"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true},
		},
	}
}

// FusionAuth returns the dialect of FusionAuth. The audience of a user's token is
// the application, which is the client. In the token of an entity (client
// credentials) the subject is the entity that calls, the audience the one that is
// called, and the permissions are scopes. The tenant is FusionAuth's.
func FusionAuth() claims.Dialect {
	return claims.Dialect{
		Name:         "fusionauth",
		ClientID:     [][]string{{"applicationId"}, {"aud"}},
		Scopes:       [][]string{{"scope"}},
		ClientScopes: [][]string{{"permissions"}},
		Roles:        [][]string{{"roles"}},
		Tenant:       [][]string{{"tid"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindUser, Claim: []string{"authenticationType"}},
			{Kind: claims.KindUser, Claim: []string{"applicationId"}},
			{Kind: claims.KindClient, Claim: []string{"sub"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"tty"}, NotIn: []string{"at"}},
		},
	}
}

// Authentik returns the dialect of authentik. Its access token is the ID token with
// azp and uid, and may have the nonce. Roles, entitlements and groups are present if
// their scopes are. A client has the token of a service account, which looks like
// that of a person, so Kind is unknown.
func Authentik() claims.Dialect {
	return claims.Dialect{
		Name:     "authentik",
		ClientID: [][]string{{"azp"}},
		Scopes:   [][]string{{"scope"}},
		Kinds: []claims.Rule{
			{Claim: []string{"sub"}}, // of unknown Kind: a person or a service account
		},
		NotAccess: []claims.Rule{
			// An ID token has neither.
			{Claim: []string{"azp"}, Absent: true},
			{Claim: []string{"uid"}, Absent: true},
		},
	}
}
