package dialects_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// A detail is what a dialect makes of a few claims: the summary of the token, or
// "rejected".
type detail struct{ dialect, members, want string }

// read returns the summary of the token that d makes of the detail's claims, or
// "rejected".
func (c detail) read(t *testing.T, d claims.Dialect) string {
	t.Helper()
	token, err := d.Token(c.payload(t), "this-api")
	if err != nil {
		return "rejected"
	}
	return summary(token)
}

// payload returns the detail's claims, with the issuer and the expiry.
func (c detail) payload(t *testing.T) (p claims.Payload) {
	t.Helper()
	if err := p.UnmarshalJSON([]byte(`{"iss":"https://op.example.com","exp":1767229200,` + c.members +
		`}`)); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDialects tests one detail of a dialect at a time: a claim alone, a claim that
// precedes another, a claim that must not count, a sign of another kind of token.
// Whole tokens are in package claimstest.
func TestDialects(t *testing.T) {
	for _, c := range slices.Concat(details, moreDetails) {
		t.Run(c.dialect+" "+c.members, func(t *testing.T) {
			if got := c.read(t, byName(t, c.dialect)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// summary returns the fields of token that are set, without the audience.
func summary(token *claims.Token) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v:%s", token.Kind, token.ClientID)
	for _, field := range []struct {
		name string
		list []string
	}{{"scopes", token.Scopes}, {"roles", token.Roles}, {"groups", token.Groups}} {
		if field.name == "scopes" && token.Subject != "" {
			fmt.Fprintf(&b, " subject=%s", token.Subject)
		}
		if field.list != nil {
			fmt.Fprintf(&b, " %s=%v", field.name, field.list)
		}
	}
	for _, field := range []struct{ name, value string }{
		{"tenant", token.Tenant}, {"source", token.SourceSystem}, {"id", token.ID},
	} {
		if field.value != "" {
			fmt.Fprintf(&b, " %s=%s", field.name, field.value)
		}
	}
	return b.String()
}

func TestByName(t *testing.T) {
	names := dialects.Names()
	if !slices.IsSorted(names) {
		t.Errorf("Names is not sorted: %q", names)
	}
	for _, name := range names {
		d, err := dialects.ByName(name)
		if err != nil || d.Name != name {
			t.Errorf("ByName(%q) has the Name %q, error %v", name, d.Name, err)
		}
	}
	for _, name := range []string{"", "Keycloak", "keycloak ", "unknown"} {
		_, err := dialects.ByName(name)
		if err == nil || !strings.Contains(err.Error(), strings.Join(names, ", ")) {
			t.Errorf("ByName(%q): error %v, want one that lists the names", name, err)
		}
	}
}

// TestFunctions compares each function with the dialect of its name.
func TestFunctions(t *testing.T) {
	functions := map[string]func() claims.Dialect{
		"adfs":           dialects.ADFS,
		"apple":          dialects.Apple,
		"auth0":          dialects.Auth0,
		"authentik":      dialects.Authentik,
		"bitbucket":      dialects.BitbucketPipelines,
		"c4t":            dialects.C4T,
		"cadasto":        dialects.Cadasto,
		"casdoor":        dialects.Casdoor,
		"cern":           dialects.CERN,
		"clerk":          dialects.Clerk,
		"cloudflare":     dialects.CloudflareAccess,
		"cognito":        dialects.Cognito,
		"connect2id":     dialects.Connect2id,
		"curity":         dialects.Curity,
		"descope":        dialects.Descope,
		"dex":            dialects.Dex,
		"entra":          dialects.Entra,
		"firebase":       dialects.Firebase,
		"forgerock":      dialects.ForgeRock,
		"fusionauth":     dialects.FusionAuth,
		"githubactions":  dialects.GitHubActions,
		"gitlabci":       dialects.GitLabCI,
		"google":         dialects.Google,
		"googleiap":      dialects.GoogleIAP,
		"googlelogin":    dialects.GoogleLogin,
		"hydra":          dialects.Hydra,
		"idcs":           dialects.OracleIDCS,
		"identityserver": dialects.IdentityServer,
		"ipreo":          dialects.Ipreo,
		"keycloak":       dialects.Keycloak,
		"kubernetes":     dialects.Kubernetes,
		"league":         dialects.LaravelPassport,
		"logto":          dialects.Logto,
		"okta":           dialects.Okta,
		"pingfederate":   dialects.PingFederate,
		"pingone":        dialects.PingOne,
		"rfc9068":        dialects.RFC9068,
		"salesforce":     dialects.Salesforce,
		"sapias":         dialects.SAPIAS,
		"smart":          dialects.SMART,
		"spiffe":         dialects.SPIFFE,
		"spring":         dialects.SpringAuthorizationServer,
		"standard":       func() claims.Dialect { return claims.Dialect{Name: "standard"} },
		"stytch":         dialects.Stytch,
		"supabase":       dialects.Supabase,
		"uaa":            dialects.CloudFoundryUAA,
		"vault":          dialects.Vault,
		"wlcg":           dialects.WLCG,
		"workos":         dialects.WorkOS,
		"wso2":           dialects.WSO2,
		"xsuaa":          dialects.XSUAA,
		"zitadel":        dialects.Zitadel,
	}
	if names := slices.Sorted(maps.Keys(functions)); !slices.Equal(names, dialects.Names()) {
		t.Errorf("Names = %q, want %q", dialects.Names(), names)
	}
	for name, function := range functions {
		d, err := dialects.ByName(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := function(); !reflect.DeepEqual(d, want) {
			t.Errorf("ByName(%q) = %+v, want %+v", name, d, want)
		}
	}
}

// TestByNameReturnsNewDialects changes every list of a dialect. The next caller
// must not see a change.
func TestByNameReturnsNewDialects(t *testing.T) {
	written := func(name string) string {
		d, err := dialects.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal([]any{
			d.Types, d.Required, d.Subject, d.ClientID, d.ID, d.Audience, d.Scopes, d.ClientScopes,
			d.Roles, d.Groups, d.Tenant, d.SourceSystem, d.Kinds, d.NotAccess, d.DangerouslyIgnoreMarks, d.Reject,
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, name := range dialects.Names() {
		before := written(name)
		d, err := dialects.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, paths := range [][][]string{
			d.Required, d.Subject, d.ClientID, d.ID, d.Audience, d.Scopes, d.ClientScopes, d.Roles, d.Groups, d.Tenant,
			d.SourceSystem,
			d.DangerouslyIgnoreMarks,
		} {
			for i := range paths {
				paths[i][0] = "changed"
			}
		}
		for i := range d.Types {
			d.Types[i] = "changed"
		}
		for _, rules := range [][]claims.Rule{d.Kinds, d.NotAccess, d.Reject} {
			for i := range rules {
				rule := &rules[i]
				rule.Kind = 9
				for rule != nil {
					rule.Claim[0] = "changed"
					for _, list := range [][]string{rule.In, rule.NotIn, rule.Equals, rule.NotWithin} {
						for j := range list {
							list[j] = "changed"
						}
					}
					rule = rule.And
				}
			}
		}
		if after := written(name); after != before {
			t.Errorf("%s: a caller changed the dialect of the next one", name)
		}
	}
}
