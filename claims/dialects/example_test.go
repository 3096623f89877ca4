package dialects_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// The owner of an API changes the fields in which an issuer differs.
func Example() {
	dialect := dialects.Keycloak()
	dialect.Tenant = [][]string{{"https://id.example.com/customer"}} // from a mapper
	dialect.TenantInIssuer = ""                                      // the realm is not a customer

	var payload claims.Payload
	err := json.Unmarshal([]byte(`{
		"iss": "https://id.example.com/realms/production", "exp": 1767229200, "typ": "Bearer",
		"azp": "billing", "clientId": "billing", "scope": "orders.read",
		"https://id.example.com/customer": "north"
	}`), &payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := dialect.Token(payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Kind, token.ClientID, token.Tenant, token.Scopes)
	// Output: client billing north [orders.read]
}

// A command-line flag or a configuration file names the dialect.
func ExampleByName() {
	dialect, err := dialects.ByName("entra")
	fmt.Println(dialect.Name, err)
	// Output: entra <nil>
}

func ExampleNames() {
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.String("dialect", "standard", "one of "+strings.Join(dialects.Names(), ", "))
	fmt.Println(flags.Lookup("dialect").Usage[:40] + "…")
	// Output: one of adfs, apple, auth0, authentik, bi…
}

// Each function returns the dialect of one family of issuers. Its Name is the one
// that ByName, logs and health use.
func Example_families() {
	for _, family := range [][]claims.Dialect{
		{dialects.RFC9068()},
		{dialects.ADFS(), dialects.Auth0(), dialects.Cognito(), dialects.Connect2id(), dialects.Curity()},
		{dialects.Entra(), dialects.Google(), dialects.Hydra(), dialects.IdentityServer(), dialects.Keycloak()},
		{dialects.LaravelPassport(), dialects.Okta(), dialects.SpringAuthorizationServer(), dialects.WSO2(),
			dialects.Zitadel()},
		{dialects.ForgeRock(), dialects.PingFederate(), dialects.PingOne()},
		{dialects.CloudFoundryUAA(), dialects.XSUAA()},
		{dialects.SMART(), dialects.WLCG()},
		{dialects.Authentik(), dialects.Casdoor(), dialects.Dex(), dialects.FusionAuth(), dialects.Logto()},
		{dialects.Clerk(), dialects.Descope(), dialects.Stytch(), dialects.Supabase(), dialects.WorkOS()},
		{dialects.OracleIDCS(), dialects.Salesforce(), dialects.SAPIAS()},
		{dialects.Apple(), dialects.Firebase(), dialects.GoogleLogin()},
		{dialects.CloudflareAccess(), dialects.GoogleIAP()},
		{dialects.BitbucketPipelines(), dialects.GitHubActions(), dialects.GitLabCI()},
		{dialects.Kubernetes(), dialects.SPIFFE(), dialects.Vault()},
		{dialects.C4T(), dialects.Cadasto(), dialects.CERN(), dialects.Ipreo()},
	} {
		var names []string
		for _, dialect := range family {
			names = append(names, dialect.Name)
		}
		fmt.Println(strings.Join(names, ", "))
	}
	// Output:
	// rfc9068
	// adfs, auth0, cognito, connect2id, curity
	// entra, google, hydra, identityserver, keycloak
	// league, okta, spring, wso2, zitadel
	// forgerock, pingfederate, pingone
	// uaa, xsuaa
	// smart, wlcg
	// authentik, casdoor, dex, fusionauth, logto
	// clerk, descope, stytch, supabase, workos
	// idcs, salesforce, sapias
	// apple, firebase, googlelogin
	// cloudflare, googleiap
	// bitbucket, githubactions, gitlabci
	// kubernetes, spiffe, vault
	// c4t, cadasto, cern, ipreo
}
