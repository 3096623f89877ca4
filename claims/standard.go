package claims

// What the zero Dialect reads.
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

// anyIssuersMarks tell tokens of other kinds whoever issued them: the events of
// a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4) or of a
// security event token (RFC 8417, section 2.2), the hashes of an ID token
// (OpenID Connect Core 1.0, section 3.3.2.11), the members of an introspection
// response (RFC 9701, section 5) and of a DPoP proof (RFC 9449, section 4.2),
// and the words that issuers use for refresh and ID tokens.
var anyIssuersMarks = []Rule{
	{Claim: []string{"events"}},
	{Claim: []string{"at_hash"}},
	{Claim: []string{"c_hash"}},
	{Claim: []string{"s_hash"}},
	{Claim: []string{"token_introspection"}},
	{Claim: []string{"htm"}},
	{Claim: []string{"token_use"}, In: []string{"id", "refresh", "ID", "id_token", "refresh_token"}},
	{Claim: []string{"typ"}, In: []string{"ID", "Refresh", "Offline", "Logout", "id", "refresh", "logout", "id_token", "refresh_token"}},
}

// idTokenMarks are marks that only some issuers leave on ID tokens alone. A
// nonce is the authentication request's, so an access token has no use for it,
// but Keycloak has put it there.
var idTokenMarks = []Rule{
	{Claim: []string{"nonce"}},
}
