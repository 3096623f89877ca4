package dialects

import "github.com/bearerguard/bearerguard/claims"

// Zitadel returns the dialect of Zitadel's JWT access tokens. Roles are the
// names in the objects that list them, of the client's own project and of this
// API's, if its project's id is the audience. Scopes are there only if an action
// adds them. Whether the subject is a person or a service user is not told.
func Zitadel() claims.Dialect {
	return claims.Dialect{
		Name:     "zitadel",
		ClientID: [][]string{{"azp"}, {"client_id"}},
		Roles: [][]string{
			{"urn:zitadel:iam:org:project:roles"},
			{"urn:zitadel:iam:org:project:{audience}:roles"},
		},
		Tenant: [][]string{{"urn:zitadel:iam:user:resourceowner:id"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Equals: []string{"azp"}},
			{Kind: claims.KindClient, Claim: []string{"sub"}, Equals: []string{"client_id"}},
			{Kind: claims.KindUnknown, Claim: []string{"sub"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"jti"}, Absent: true}, // ID tokens have none
		},
	}
}
