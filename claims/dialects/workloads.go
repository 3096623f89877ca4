package dialects

import "github.com/bearerguard/bearerguard/claims"

// The tokens of workloads name a job, a pod or a service, never a person who uses
// it. The subject is the workload, so every token is of KindClient.

// workload returns the rule for an issuer whose subjects are workloads.
func workload() []claims.Rule {
	return []claims.Rule{{Kind: claims.KindClient, Claim: []string{"sub"}}}
}

// GitHubActions returns the dialect of the tokens of GitHub Actions. The client is
// the repository, the tenant its owner, and the subject tells the branch, tag or
// environment too. A job chooses its audience: every repository at GitHub gets a
// token for your API, so an API must check the client, the tenant or the subject.
// The issuer is "https://token.actions.githubusercontent.com".
func GitHubActions() claims.Dialect {
	return claims.Dialect{
		Name:     "githubactions",
		ClientID: [][]string{{"repository"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"repository_owner"}},
		Kinds:    workload(),
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"repository"}, Absent: true},
		},
	}
}

// GitLabCI returns the dialect of the ID tokens of GitLab CI/CD jobs. The client is
// the project, the tenant its namespace. A job chooses its audience: every project
// of the GitLab instance gets a token for your API, so an API must check the
// client, the tenant or the subject. The same issuer signs the ID tokens of logins,
// which name no project.
func GitLabCI() claims.Dialect {
	return claims.Dialect{
		Name:     "gitlabci",
		ClientID: [][]string{{"project_path"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"namespace_path"}},
		Kinds:    workload(),
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"project_path"}, Absent: true},
		},
	}
}

// BitbucketPipelines returns the dialect of the tokens of Bitbucket Pipelines. The
// client is the repository, the tenant the workspace. Both are UUIDs in braces. The
// workspace has its own issuer and is the audience.
func BitbucketPipelines() claims.Dialect {
	return claims.Dialect{
		Name:     "bitbucket",
		ClientID: [][]string{{"repositoryUuid"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"workspaceUuid"}},
		Kinds:    workload(),
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"repositoryUuid"}, Absent: true},
		},
	}
}

// Kubernetes returns the dialect of the bound tokens of Kubernetes service
// accounts. Client and subject are "system:serviceaccount:<namespace>:<name>", the
// tenant is the namespace. The older tokens in Secrets, which do not expire and
// name no audience, are rejected.
func Kubernetes() claims.Dialect {
	return claims.Dialect{
		Name:     "kubernetes",
		ClientID: [][]string{{"sub"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"kubernetes.io", "namespace"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"kubernetes.io"}, Absent: true},
		},
	}
}

// SPIFFE returns the dialect of JWT-SVIDs. Client and subject are the SPIFFE ID.
// Nothing beyond sub, aud and exp is certain: a JWT-SVID need not name its issuer
// or its key. The typ of the header may be JOSE.
func SPIFFE() claims.Dialect {
	return claims.Dialect{
		Name:     "spiffe",
		Types:    []string{"jwt", "jose", ""},
		Required: [][]string{{"sub"}, {"aud"}},
		ClientID: [][]string{{"sub"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "spiffe://"},
			{Claim: []string{"sub"}}, // of unknown Kind: no SPIFFE ID
		},
	}
}

// Vault returns the dialect of the identity tokens of HashiCorp Vault and OpenBao.
// Client and subject are the ID of the entity, the tenant is Vault's namespace. The
// template of the role adds other claims. The ID tokens of Vault's OIDC provider
// have another issuer.
func Vault() claims.Dialect {
	return claims.Dialect{
		Name:     "vault",
		ClientID: [][]string{{"sub"}},
		Tenant:   [][]string{{"namespace"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"auth_time"}}, // only a login has one
		},
	}
}
