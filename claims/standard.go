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
	confirmationPath  = []string{"cnf"}
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
