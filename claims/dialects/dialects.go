// Package dialects provides the claims.Dialect of each known family of issuers.
//
// Set one as the Dialect of a middleware.Issuer:
//
//	middleware.Issuer{URL: "https://id.example.com/realms/acme", Dialect: dialects.Keycloak()}
//
// Every call returns a new Dialect. The caller may change its fields where an
// issuer is configured differently.
package dialects

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// byName holds the function for each Dialect.Name.
var byName = map[string]func() claims.Dialect{
	"standard":       standard,
	"adfs":           ADFS,
	"apple":          Apple,
	"auth0":          Auth0,
	"authentik":      Authentik,
	"bitbucket":      BitbucketPipelines,
	"c4t":            C4T,
	"cadasto":        Cadasto,
	"casdoor":        Casdoor,
	"cern":           CERN,
	"clerk":          Clerk,
	"cloudflare":     CloudflareAccess,
	"cognito":        Cognito,
	"connect2id":     Connect2id,
	"curity":         Curity,
	"descope":        Descope,
	"dex":            Dex,
	"entra":          Entra,
	"firebase":       Firebase,
	"forgerock":      ForgeRock,
	"fusionauth":     FusionAuth,
	"githubactions":  GitHubActions,
	"gitlabci":       GitLabCI,
	"google":         Google,
	"googleiap":      GoogleIAP,
	"googlelogin":    GoogleLogin,
	"hydra":          Hydra,
	"idcs":           OracleIDCS,
	"identityserver": IdentityServer,
	"ipreo":          Ipreo,
	"keycloak":       Keycloak,
	"kubernetes":     Kubernetes,
	"league":         LaravelPassport,
	"logto":          Logto,
	"okta":           Okta,
	"pingfederate":   PingFederate,
	"pingone":        PingOne,
	"rfc9068":        RFC9068,
	"salesforce":     Salesforce,
	"sapias":         SAPIAS,
	"smart":          SMART,
	"spiffe":         SPIFFE,
	"spring":         SpringAuthorizationServer,
	"stytch":         Stytch,
	"supabase":       Supabase,
	"uaa":            CloudFoundryUAA,
	"vault":          Vault,
	"wlcg":           WLCG,
	"workos":         WorkOS,
	"wso2":           WSO2,
	"xsuaa":          XSUAA,
	"zitadel":        Zitadel,
}

// standard returns the zero Dialect with a name.
func standard() claims.Dialect { return claims.Dialect{Name: "standard"} }

// ByName returns the dialect whose Name is name, for configuration files and
// command-line flags. The name "standard" stands for the zero Dialect, which
// reads the registered claim names. The error for an unknown name lists the
// known ones.
func ByName(name string) (claims.Dialect, error) {
	dialect, ok := byName[name]
	if !ok {
		known := strings.Join(Names(), ", ")
		return claims.Dialect{}, fmt.Errorf("dialects: unknown name %q, use one of: %s", name, known)
	}
	return dialect(), nil
}

// Names returns the names that ByName knows, sorted.
func Names() []string { return slices.Sorted(maps.Keys(byName)) }
