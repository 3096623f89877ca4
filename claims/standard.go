package claims

// The paths that the zero Dialect reads, and those of claims that have only one
// name.
var (
	issuerPath        = []string{"iss"}
	acrPath           = []string{"acr"}
	amrPath           = []string{"amr"}
	expiryPath        = []string{"exp"}
	notBeforePath     = []string{"nbf"}
	issuedAtPath      = []string{"iat"}
	authTimePath      = []string{"auth_time"}
	subjectPaths      = [][]string{{"sub"}}
	clientIDPaths     = [][]string{{"client_id"}, {"azp"}, {"cid"}, {"appid"}}
	idPaths           = [][]string{{"jti"}}
	audiencePaths     = [][]string{{"aud"}}
	scopesPaths       = [][]string{{"scope"}, {"scp"}}
	rolesPaths        = [][]string{{"roles"}, {"entitlements"}}
	groupsPaths       = [][]string{{"groups"}}
	tenantPaths       = [][]string{{"tenant"}}
	sourceSystemPaths = [][]string{{"source_system"}}
)

// otherTokenMarks identify tokens that are not access tokens, for every issuer:
// the events of a logout token (OpenID Connect Back-Channel Logout 1.0, section
// 2.4) or a security event token (RFC 8417, section 2.2), the hashes in an ID
// token (OpenID Connect Core 1.0, section 3.3.2.11), the members of an
// introspection response (RFC 9701, section 5) and of a DPoP proof (RFC 9449,
// section 4.2), and the values that issuers use for refresh and ID tokens.
var otherTokenMarks = []Rule{
	{Claim: []string{"events"}},
	{Claim: []string{"at_hash"}},
	{Claim: []string{"c_hash"}},
	{Claim: []string{"s_hash"}},
	{Claim: []string{"token_introspection"}},
	{Claim: []string{"htm"}},
	{Claim: []string{"token_use"}, In: []string{"id", "refresh", "ID", "id_token", "refresh_token"}},
	{Claim: []string{"typ"}, In: []string{
		"ID", "Refresh", "Offline", "Logout", "id", "refresh", "logout", "id_token", "refresh_token",
	}},
}

// idTokenMarks identify ID tokens of most issuers. A nonce belongs to the
// authentication request, but Keycloak has written it into access tokens too.
var idTokenMarks = []Rule{
	{Claim: []string{"nonce"}},
}
