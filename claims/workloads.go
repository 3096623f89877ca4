package claims

// workloads identify tokens of programs that have no OAuth client: jobs of CI systems,
// pods, functions and service accounts. Issuers that know such marks write them
// themselves; where a user could choose one of the claims, such as a name or an address,
// the rule demands a second one that a user cannot. They count in tokens that name no
// client, which the tokens of users do.
var workloads = []Rule{
	// SPIFFE: the subject of every JWT-SVID, which has no other claim of its own.
	{Claim: []string{"sub"}, Prefix: "spiffe://"},
	// Kubernetes: bound service account tokens.
	{Claim: []string{"sub"}, Prefix: "system:serviceaccount:", And: &Rule{Claim: []string{"kubernetes.io"}}},

	// GitHub Actions: the usual subject, and any other that the owner has configured.
	{Claim: []string{"sub"}, Prefix: "repo:", And: &Rule{Claim: []string{"repository"}}},
	{Claim: []string{"job_workflow_ref"}, And: &Rule{Claim: []string{"repository"}}},
	// GitLab CI/CD.
	{Claim: []string{"sub"}, Prefix: "project_path:", And: &Rule{Claim: []string{"project_path"}}},
	{Claim: []string{"pipeline_id"}, And: &Rule{Claim: []string{"project_path"}}},
	{Claim: []string{"job_id"}, And: &Rule{Claim: []string{"project_path"}}},
	// Bitbucket Pipelines.
	{Claim: []string{"pipelineUuid"}, And: &Rule{Claim: []string{"repositoryUuid"}}},
	{Claim: []string{"stepUuid"}, And: &Rule{Claim: []string{"repositoryUuid"}}},
	// CircleCI, Buildkite, HCP Terraform.
	{Claim: []string{"oidc.circleci.com/project-id"}},
	{Claim: []string{"pipeline_slug"}, And: &Rule{Claim: []string{"build_number"}}},
	{Claim: []string{"terraform_run_id"}, And: &Rule{Claim: []string{"terraform_workspace_id"}}},

	// HashiCorp Vault: identity tokens, which its clients request for themselves.
	{Claim: []string{"iss"}, Suffix: "/v1/identity/oidc"},
	{Claim: []string{"iss"}, Suffix: "/identity/oidc", And: &Rule{Claim: []string{"namespace"}}},

	// Google service accounts: at other issuers a user may choose an address.
	{
		Claim: []string{"email"}, Suffix: ".gserviceaccount.com",
		And: &Rule{Claim: []string{"iss"}, In: []string{
			"https://accounts.google.com", "accounts.google.com", "https://cloud.google.com/iap",
		}},
	},
}

// ownGrants say that a client has obtained the token for itself (RFC 6749, section 4.4),
// for any subject. Issuers write them; a user has no part in them. They count
// unless the dialect has rules of its own.
var ownGrants = []Rule{
	{Claim: []string{"gty"}, In: []string{"client_credentials", "client-credentials"}}, // Auth0, Kinde
	{Claim: []string{"grant_type"}, In: []string{"client_credentials"}},                // UAA, Spring
	{Claim: []string{"idtyp"}, In: []string{"app"}},                                    // Entra
	{Claim: []string{"sub_type"}, In: []string{"client"}},                              // Oracle IDCS
	{Claim: []string{"aut"}, In: []string{"APPLICATION"}},                              // WSO2
}

// anyHolds reports whether one of the rules holds.
func anyHolds(rules []Rule, p *Payload) bool {
	for i := range rules {
		if rules[i].holds(p) {
			return true
		}
	}
	return false
}
