package claims_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// TestWorkloadsAreClients reads tokens of programs that have no OAuth client.
func TestWorkloadsAreClients(t *testing.T) {
	for name, members := range map[string]string{
		// https://docs.github.com/enterprise-cloud@latest/actions/reference/security/oidc
		"GitHub Actions": `"sub":"repo:acme/app:ref:refs/heads/main",` +
			`"repository":"acme/app","job_workflow_ref":"acme/app/.github/workflows/x.yml@refs/heads/main"`,
		"GitHub Actions, another subject": `"sub":"repository_owner:acme","repository":"acme/app",` +
			`"job_workflow_ref":"acme/app/x.yml@main"`,
		"GitHub Actions, in short": `"sub":"repo:acme/app:environment:prod","repository":"acme/app"`,
		// https://docs.gitlab.com/ci/secrets/id_token_authentication
		"GitLab CI/CD": `"sub":"project_path:acme/app:ref_type:branch:ref:main",` +
			`"project_path":"acme/app","pipeline_id":"1","job_id":"2","user_login":"ada"`,
		"GitLab CI/CD, another subject": `"sub":"project_id:7","project_path":"acme/app","pipeline_id":"1"`,
		"GitLab CI/CD, a job":           `"sub":"project_id:7","project_path":"acme/app","job_id":"1"`,
		// https://github.com/sigstore/fulcio/issues/1257
		"Bitbucket Pipelines": `"sub":"{r}:{s}","repositoryUuid":"{r}","pipelineUuid":"{p}",` +
			`"stepUuid":"{s}"`,
		"Bitbucket Pipelines, step": `"sub":"{r}:{s}","repositoryUuid":"{r}","stepUuid":"{s}"`,
		// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin
		"Kubernetes": `"sub":"system:serviceaccount:shop:cart","kubernetes.io":{"namespace":"shop"}`,
		// https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md
		"SPIFFE": `"sub":"spiffe://example.org/cart"`,
		// https://cloud.google.com/docs/authentication/get-id-token
		"a Google service account behind IAP": `"iss":"https://cloud.google.com/iap",` +
			`"sub":"accounts.google.com:1","email":"x@y.iam.gserviceaccount.com"`,
		"a Google service account": `"iss":"https://accounts.google.com","sub":"1",` +
			`"azp":"1","email":"x@y.iam.gserviceaccount.com"`,
		// https://developer.hashicorp.com/vault/docs/secrets/identity/identity-token
		"Vault": `"iss":"https://vault.example/v1/identity/oidc","sub":"a2cd63d3"`,
		"Vault in a namespace": `"iss":"https://vault.example/v1/ns1/identity/oidc",` +
			`"sub":"a2cd63d3","namespace":"ns1"`,
		"CircleCI": `"sub":"org/o/project/p/user/u",` +
			`"oidc.circleci.com/project-id":"p"`,
		"Buildkite": `"sub":"organization:o:pipeline:p",` +
			`"pipeline_slug":"p","build_number":7`,
		"HCP Terraform": `"sub":"organization:o","terraform_run_id":"run-1",` +
			`"terraform_workspace_id":"ws-1"`,
	} {
		t.Run(name, func(t *testing.T) {
			payload := `{"exp":1767229200,` + members + `}`
			token := read(t, claims.Dialect{}, payload)
			if token.Kind != claims.KindClient {
				t.Errorf("Kind = %v", token.Kind)
			}
			if name != "a Google service account" && token.ClientID != "" {
				t.Errorf("ClientID = %q: the subject names the workload", token.ClientID)
			}
		})
	}
}

// TestAUserCannotChooseToBeAWorkload reads tokens of users who chose a name, an address
// or a profile like a workload's.
func TestAUserCannotChooseToBeAWorkload(t *testing.T) {
	for name, members := range map[string]string{
		"a login name like a service account's": `"sub":"system:serviceaccount:shop:cart"`,
		"the same, with a client": `"sub":"system:serviceaccount:shop:cart",` +
			`"kubernetes.io":{},"client_id":"web"`,
		"a login name like a job's":           `"sub":"repo:acme/app:ref:refs/heads/main"`,
		"a login name like a project's":       `"sub":"project_path:acme/app:ref_type:branch:ref:main"`,
		"a login name like a workload's":      `"sub":"spiffe://example.org/cart","azp":"web"`,
		"a login name that begins otherwise":  `"sub":"x-spiffe://example.org/cart"`,
		"a login name in capitals":            `"sub":"SPIFFE://example.org/cart"`,
		"an address like a service account's": `"sub":"ada","email":"x@y.iam.gserviceaccount.com"`,
		"an address of another domain": `"iss":"https://accounts.google.com","sub":"1",` +
			`"email":"x@gserviceaccount.com.example"`,
		"a repository in a profile": `"sub":"ada","repository":"acme/app"`,
		"a job's claims in a user's token": `"sub":"ada","repository":"a/b",` +
			`"job_workflow_ref":"x","client_id":"web"`,
		"a project in a profile":           `"sub":"ada","project_path":"acme/app"`,
		"a pipeline in a profile":          `"sub":"ada","pipeline_id":"1","job_id":"2"`,
		"an issuer that ends like Vault's": `"iss":"https://vault.example/identity/oidc","sub":"ada"`,
		"null marks": `"sub":"repo:acme/app","repository":null,` +
			`"pipelineUuid":null,"repositoryUuid":null`,
	} {
		t.Run(name, func(t *testing.T) {
			token := read(t, claims.Dialect{}, `{"exp":1767229200,`+members+`}`)
			if token.Kind != claims.KindUser {
				t.Errorf("Kind = %v", token.Kind)
			}
		})
	}
}

// TestRulesOfADialectPrecedeWorkloads has a dialect say what the kind is.
func TestRulesOfADialectPrecedeWorkloads(t *testing.T) {
	d := claims.Dialect{Kinds: []claims.Rule{{Kind: claims.KindUser, Claim: []string{"user"}}}}
	for members, want := range map[string]claims.Kind{
		`"sub":"spiffe://example.org/a","user":1`: claims.KindUser,
		`"sub":"spiffe://example.org/a"`:          claims.KindClient,
	} {
		if kind := read(t, d, with(members)).Kind; kind != want {
			t.Errorf("%s: %v, want %v", members, kind, want)
		}
	}
}

// TestOwnGrantsAreClients reads tokens that clients obtained for themselves and whose subject
// is not the client ID.
func TestOwnGrantsAreClients(t *testing.T) {
	for members, want := range map[string]claims.Kind{
		// https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
		`"sub":"c@clients","azp":"c","gty":"client-credentials"`:      claims.KindClient,
		`"sub":"kp_1","azp":"c","gty":["client_credentials"]`:         claims.KindClient,
		`"sub":"s","client_id":"c","grant_type":"client_credentials"`: claims.KindClient,
		`"sub":"s","appid":"c","idtyp":"app"`:                         claims.KindClient,
		// https://docs.oracle.com/en/cloud/paas/identity-cloud/idcsa/AccessToken.html
		`"sub":"s","client_id":"c","sub_type":"client","tok_type":"AT"`: claims.KindClient,
		`"sub":"s","client_id":"c","aut":"APPLICATION"`:                 claims.KindClient,

		`"sub":"s","azp":"c","gty":"password"`:                        claims.KindUser,
		`"sub":"s","azp":"c","gty":["refresh_token","password"]`:      claims.KindUser,
		`"sub":"s","client_id":"c","grant_type":"authorization_code"`: claims.KindUser,
		`"sub":"s","client_id":"c","sub_type":"user"`:                 claims.KindUser,
		`"sub":"s","client_id":"c","aut":"APPLICATION_USER"`:          claims.KindUser,
		`"sub":"s","grant_type":"client_credentials"`:                 claims.KindUser,
	} {
		if kind := read(t, claims.Dialect{}, with(members)).Kind; kind != want {
			t.Errorf("%s: %v, want %v", members, kind, want)
		}
		d := claims.Dialect{Kinds: []claims.Rule{}}
		if kind := read(t, d, with(members)).Kind; kind != claims.KindUser {
			t.Errorf("%s, with other rules: %v", members, kind)
		}
	}
}
