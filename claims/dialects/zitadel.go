package dialects

import "github.com/bearerguard/bearerguard/claims"

// Zitadel returns the dialect of Zitadel's JWT access tokens. Roles are the member
// names of two objects: the roles in the client's own project, and those in this
// API's project if the project id is an audience. Scopes are present only if an
// action adds them. A token does not tell whether its subject is a person or a
// service user.
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
			{Claim: []string{"sub"}}, // of unknown Kind: a person or a service user
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"jti"}, Absent: true}, // ID tokens have none
		},
	}
}
