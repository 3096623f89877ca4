package dialects

import "github.com/bearerguard/bearerguard/claims"

// Salesforce returns the dialect of Salesforce's access tokens that are JWTs. The
// subject is the ID of a user, also of the one as whom a client runs, so Kind is
// unknown. The tenant is the organization's name in the issuer.
func Salesforce() claims.Dialect {
	return claims.Dialect{
		Name:           "salesforce",
		ClientID:       [][]string{{"client_id"}},
		Scopes:         [][]string{{"scp"}},
		Roles:          [][]string{{"roles"}},
		Tenant:         [][]string{},
		TenantInIssuer: "https://{tenant}.my.salesforce.com",
		Kinds: []claims.Rule{
			{Claim: []string{"sub"}}, // of unknown Kind: a person or the user of a client
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"client_id"}, Absent: true}, // an ID token names the client as its audience
		},
	}
}
