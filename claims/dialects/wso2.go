package dialects

import "github.com/bearerguard/bearerguard/claims"

// WSO2 returns the dialect of WSO2 Identity Server and API Manager. The audience is
// the client unless the owner of the server adds this API. The tenant is the
// organization or, in older versions, the domain in the path of the issuer.
func WSO2() claims.Dialect {
	return claims.Dialect{
		Name:           "wso2",
		ClientID:       [][]string{{"client_id"}, {"azp"}},
		Scopes:         [][]string{{"scope"}},
		Roles:          [][]string{{"roles"}},
		Tenant:         [][]string{{"org_id"}},
		TenantInIssuer: "*/t/{tenant}/oauth2/token",
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"aut"}, In: []string{"APPLICATION"}},
			{Kind: claims.KindUser, Claim: []string{"aut"}, In: []string{"APPLICATION_USER"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"isk"}}, // the session key of an ID token
		},
	}
}
