package claims

// What the zero Dialect reads.
var (
	issuerPath        = Path{"iss"}
	acrPath           = Path{"acr"}
	amrPath           = Path{"amr"}
	expiryPath        = Path{"exp"}
	notBeforePath     = Path{"nbf"}
	issuedAtPath      = Path{"iat"}
	authTimePath      = Path{"auth_time"}
	subjectPaths      = []Path{{"sub"}}
	clientIDPaths     = []Path{{"client_id"}, {"azp"}, {"cid"}, {"appid"}}
	idPaths           = []Path{{"jti"}}
	audiencePaths     = []Path{{"aud"}}
	scopesPaths       = []Path{{"scope"}, {"scp"}}
	rolesPaths        = []Path{{"roles"}, {"entitlements"}}
	groupsPaths       = []Path{{"groups"}}
	tenantPaths       = []Path{{"tenant"}}
	sourceSystemPaths = []Path{{"source_system"}}
)

// anyIssuersMarks tell tokens of other kinds whoever issued them: the events of
// a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4) or of a
// security event token (RFC 8417, section 2.2), the hashes of an ID token
// (OpenID Connect Core 1.0, section 3.3.2.11), the members of an introspection
// response (RFC 9701, section 5) and of a DPoP proof (RFC 9449, section 4.2),
// and the words that issuers use for refresh and ID tokens.
var anyIssuersMarks = []Rule{
	{Claim: Path{"events"}},
	{Claim: Path{"at_hash"}},
	{Claim: Path{"c_hash"}},
	{Claim: Path{"s_hash"}},
	{Claim: Path{"token_introspection"}},
	{Claim: Path{"htm"}},
	{Claim: Path{"token_use"}, In: []string{"id", "refresh", "ID", "id_token", "refresh_token"}},
	{Claim: Path{"typ"}, In: []string{"ID", "Refresh", "Offline", "Logout", "id", "refresh", "logout", "id_token", "refresh_token"}},
}

// idTokenMarks are marks that only some issuers leave on ID tokens alone. A
// nonce is the authentication request's, so an access token has no use for it,
// but Keycloak has put it there.
var idTokenMarks = []Rule{
	{Claim: Path{"nonce"}},
}

// RFC9068 returns the strict profile of RFC 9068: the header's typ is at+jwt,
// scope is one string, and every claim that section 2.2 requires is there.
func RFC9068() Dialect {
	return Dialect{
		Name:        "rfc9068",
		Types:       []string{"at+jwt"},
		Required:    []Path{{"iss"}, {"exp"}, {"aud"}, {"sub"}, {"client_id"}, {"iat"}, {"jti"}},
		StringScope: true,
		ClientID:    []Path{{"client_id"}},
		Scopes:      []Path{{"scope"}},
		Roles:       []Path{{"roles"}, {"entitlements"}, {"groups"}},
	}
}
