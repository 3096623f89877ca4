package claims

// WSO2 returns the dialect of WSO2 Identity Server and API Manager. The audience
// is the client unless the owner added this API's; the tenant is the
// organization or, in older versions, the domain in the issuer's path.
func WSO2() Dialect {
	return Dialect{
		Name:           "wso2",
		ClientID:       []Path{{"client_id"}, {"azp"}},
		Scopes:         []Path{{"scope"}},
		Roles:          []Path{{"roles"}},
		Tenant:         []Path{{"org_id"}},
		TenantInIssuer: "*/t/{tenant}/oauth2/token",
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"aut"}, In: []string{"APPLICATION"}}},
			{User, Rule{Claim: Path{"aut"}, In: []string{"APPLICATION_USER"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"isk"}}, // the session key of an ID token
		},
	}
}
