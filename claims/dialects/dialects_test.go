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

// TestDialects tests one detail of a dialect at a time: a claim alone, a claim that
// precedes another, a claim that must not count, a sign of another kind of token.
// Whole tokens are in package claimstest.
func TestDialects(t *testing.T) {
	for _, c := range []struct{ dialect, members, want string }{
		{"adfs", `"appid":"a"`, "client:a"},
		{"adfs", `"client_id":"c"`, "client:c"},
		{"adfs", `"client_id":"c","appid":"a","azp":"z"`, "client:a"},
		{"adfs", `"appid":"a","sub":"a"`, "client:a subject=a"},
		{"adfs", `"appid":"a","sub":"a","upn":"ada"`, "client:a subject=a"},
		{"adfs", `"appid":"a","sub":"s"`, "user:a subject=s"},
		{"adfs", `"appid":"a","client_id":"s","sub":"s"`, "user:a subject=s"},
		{"adfs", `"appid":"a","upn":"ada"`, "user:a"},
		{"adfs", `"appid":"a","unique_name":"ada"`, "user:a"},
		{"adfs", `"appid":"a","winaccountname":"ada"`, "user:a"},
		{"adfs", `"appid":"a","email":"ada@example.com"`, "user:a"},
		{"adfs", `"appid":"a","scp":"x","scope":"y"`, "client:a scopes=[x]"},
		{"adfs", `"appid":"a","role":"r","roles":["s"],"group":"g","groups":["h"]`, "client:a roles=[r s] groups=[g h]"},
		{"adfs", `"appid":"a","nonce":"n"`, "rejected"},
		{"adfs", `"sub":"s"`, "rejected"},

		{"auth0", `"azp":"a","client_id":"c"`, "client:a"},
		{"auth0", `"client_id":"c","cid":"x"`, "client:c"},
		{"auth0", `"azp":"a","sub":"s","gty":"client-credentials"`, "client:a subject=s"},
		{"auth0", `"azp":"a","sub":"s","gty":["client-credentials"]`, "client:a subject=s"},
		{"auth0", `"azp":"a","sub":"s","gty":"password"`, "user:a subject=s"},
		{"auth0", `"client_id":"c","sub":"c@clients"`, "client:c subject=c@clients"},
		{"auth0", `"client_id":"c","sub":"d@clients"`, "user:c subject=d@clients"},
		{"auth0", `"client_id":"c","sub":"agt_1"`, "client:c subject=agt_1"},
		{"auth0", `"client_id":"c","sub":"my-agent","sub_profile":"ai_agent"`, "client:c subject=my-agent"},
		{"auth0", `"client_id":"c","sub":"auth0|1","sub_profile":"user","act":{"sub":"agt_1"}`, "user:c subject=auth0|1"},
		{"auth0", `"azp":"a","scope":"x","scp":"y"`, "client:a scopes=[x]"},
		{"auth0", `"azp":"a","permissions":["p"],"roles":["r"]`, "client:a roles=[p]"},
		{"auth0", `"azp":"a","org_id":"o","org_name":"n","tenant":"t"`, "client:a tenant=o"},
		{"auth0", `"azp":"a","nonce":"n"`, "rejected"},

		{"c4t", `"azp":"a","sourceSystem":"s"`, "client:a source=s"},
		{"c4t", `"azp":"a","extn.source_system":"s"`, "client:a source=s"},
		{"c4t", `"azp":"a","source_system":"s","sourceSystem":"t"`, "client:a source=s"},
		{"c4t", `"azp":"a","tenant":"t","tid":"op.example.com"`, "client:a"},
		{"c4t", `"azp":"a","idtyp":"user","roles":["r"]`, "user:a roles=[r]"},
		{"c4t", `"azp":"a","idtyp":"device","roles":["r"]`, "unknown:a roles=[r]"},

		{"cadasto", `"client_id":"c","tenant":"t"`, "client:c"},

		{"cern", `"azp":"a","typ":"Bearer","sub":"ada","cern_person_id":"1","preferred_username":"service-account-a"`, "user:a subject=ada"},
		{"cern", `"azp":"a","sub":"service-account-a","sid":"s"`, "client:a subject=service-account-a"},
		{"cern", `"azp":"a","realm_access":{"roles":["x"]},"cern_roles":["y"],"organization":"o"`, "client:a roles=[y]"},
		{"cern", `"azp":"a","aud":"this-api","resource_access":{"this-api":{"roles":["x"]},"other":{"roles":["y"]}}`, "client:a roles=[x]"},

		{"cognito", `"token_use":"access","client_id":"c","azp":"a"`, "client:c"},
		{"cognito", `"token_use":"access","azp":"a","sub":"s"`, "user: subject=s"},
		{"cognito", `"token_use":"access","client_id":"c","username":"u"`, "user:c"},
		{"cognito", `"token_use":"access","client_id":"c","scope":"x","scp":"y"`, "client:c scopes=[x]"},
		{"cognito", `"token_use":"access","client_id":"c","cognito:groups":["g"],"groups":["h"],"roles":["r"],"cognito:roles":["arn"]`, "client:c roles=[g] groups=[g]"},
		{"cognito", `"token_use":"access","client_id":"c","tenant":"t"`, "client:c tenant=t"},
		{"cognito", `"token_use":"access","client_id":"c","custom:tenant":"ct","tenant":"t","custom:source_system":"cs","source_system":"s"`, "client:c tenant=ct source=cs"},
		{"cognito", `"token_use":"access","client_id":"c","source_system":"s"`, "client:c source=s"},
		{"cognito", `"token_use":"other","client_id":"c"`, "rejected"},
		{"cognito", `"token_use":["access"],"client_id":"c"`, "rejected"},

		{"connect2id", `"cid":"c","client_id":"d"`, "client:c"},
		{"connect2id", `"cid":"c","client_id":"d","azp":"a","scp":["x"],"scope":"y"`, "client:c scopes=[x y]"},
		{"connect2id", `"cid":"c","tenant":"t"`, "client:c tenant=t"},
		{"connect2id", `"cid":"c","dat":{"tenant":"t","source_system":"s"}`, "client:c tenant=t source=s"},
		{"connect2id", `"cid":"c","org_id":"o","source_system":"s","dat":{"org_id":"p","source_system":"q"}`, "client:c tenant=o source=s"},
		{"connect2id", `"cid":"c","nonce":"n"`, "rejected"},

		{"curity", `"azp":"a","aud":"x","sub":"s"`, "user:a subject=s"},
		{"curity", `"client_id":"c","azp":"a","cid":"x"`, "client:c"},
		{"curity", `"client_id":"c","scope":"x","scp":"y"`, "client:c scopes=[x]"},
		{"curity", `"client_id":"c","purpose":"access_token"`, "client:c"},
		{"curity", `"client_id":"c","nonce":"n"`, "rejected"},

		{"entra", `"azp":"a","appid":"b","client_id":"c"`, "client:a"},
		{"entra", `"appid":"b","client_id":"c"`, "client:b"},
		{"entra", `"azp":"a","uti":"u","jti":"j"`, "client:a id=u"},
		{"entra", `"azp":"a","jti":"j"`, "client:a id=j"},
		{"entra", `"azp":"a","sub":"s","oid":"s"`, "client:a subject=s"},
		{"entra", `"azp":"a","sub":"s","oid":"o"`, "user:a subject=s"},
		{"entra", `"azp":"a","sub":"s","oid":"s","scp":"x","scope":"y"`, "user:a subject=s scopes=[x]"},
		{"entra", `"azp":"a","sub":"s","oid":"o","idtyp":"app","scp":"x"`, "client:a subject=s scopes=[x]"},
		{"entra", `"azp":"a","roles":["r"],"entitlements":["e"],"tenant":"t"`, "client:a roles=[r]"},
		{"entra", `"azp":"a","nonce":"n"`, "rejected"},
		{"entra", `"azp":"a","nonce":"n","scp":"x"`, "user:a scopes=[x]"},
		{"entra", `"client_id":"c"`, "rejected"},
		{"entra", `"azp":"a","tid":"op"`, "rejected"},

		{"forgerock", `"client_id":"c","azp":"a"`, "client:c"},
		{"forgerock", `"client_id":"c","sub":"(age!c)"`, "client:c subject=(age!c)"},
		{"forgerock", `"client_id":"c","sub":"(usr!c)","subname":"c"`, "user:c subject=c"},
		{"forgerock", `"client_id":"c","sub":"owner","grant_type":"client_credentials"`, "client:c subject=owner"},
		{"forgerock", `"client_id":"c","sub":"(usr!ada)","grant_type":"client_credentials"`, "user:c subject=(usr!ada)"},
		{"forgerock", `"client_id":"c","scope":"x","scp":"y","realm":"/a","tenant":"t"`, "client:c scopes=[x] tenant=/a"},
		{"forgerock", `"client_id":"c","nonce":"n"`, "rejected"},
		{"forgerock", `"client_id":"c","nonce":"n","tokenName":"access_token"`, "client:c"},

		{"google", `"azp":"a","client_id":"c","scope":"x","scp":"y","roles":["r"],"groups":["g"],"tenant":"t"`, "client:a"},
		{"google", `"client_id":"c","sub":"s"`, "user: subject=s"},

		{"hydra", `"client_id":"c","azp":"a"`, "client:c"},
		{"hydra", `"client_id":"c","scp":["y"],"scope":"x"`, "client:c scopes=[y x]"},
		{"hydra", `"client_id":"c","ext":{"roles":["a"],"groups":["b"]},"roles":["c"],"groups":["d"]`, "client:c roles=[a c] groups=[b d]"},
		{"hydra", `"client_id":"c","tenant":"t","source_system":"s"`, "client:c tenant=t source=s"},
		{"hydra", `"client_id":"c","ext":{"tenant":"u","source_system":"v"},"tenant":"t","source_system":"s"`, "client:c tenant=u source=v"},
		{"hydra", `"client_id":"c","nonce":"n"`, "rejected"},

		{"identityserver", `"client_id":"c","scope":"x","scp":"y"`, "client:c scopes=[x]"},
		{"identityserver", `"azp":"a"`, "rejected"},
		{"identityserver", `"client_id":"c","role":"a","roles":["b"],"client_role":"d"`, "client:c roles=[a b d]"},
		{"identityserver", `"client_id":"c","tenant":"t","source_system":"s"`, "client:c tenant=t source=s"},
		{"identityserver", `"client_id":"c","client_tenant":"t","tenant":"u","client_source_system":"s","source_system":"v"`, "client:c tenant=t source=s"},
		{"identityserver", `"client_id":"c","nonce":"n"`, "rejected"},

		{"ipreo", `"client_id":"c","firm_id":"1","client_firm_id":"2","tenant":"3"`, "client:c tenant=1"},
		{"ipreo", `"client_id":"c","client_tenant":"3"`, "client:c"},

		{"keycloak", `"azp":"a","client_id":"b","clientId":"d"`, "client:a"},
		{"keycloak", `"client_id":"b","clientId":"d"`, "client:b"},
		{"keycloak", `"clientId":"d"`, "client:d"},
		{"keycloak", `"azp":"a","sub":"s"`, "user:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","clientHost":"h","sid":"x"`, "client:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","clientAddress":"h","sid":"x"`, "client:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","clientId":"a","sid":"x"`, "client:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","client_id":"a"`, "client:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","client_id":"a","sid":"x"`, "user:a subject=s"},
		{"keycloak", `"azp":"a","sub":"s","client_id":"a","session_state":"x"`, "user:a subject=s"},
		{"keycloak", `"azp":"a","sid":"x"`, "user:a"},
		{"keycloak", `"azp":"a","sub":"s","preferred_username":"service-account-a"`, "client:a subject=s"},
		{"keycloak", `"azp":"a","scope":"x","scp":"y"`, "client:a scopes=[x]"},
		{"keycloak", `"azp":"a","realm_access":{"roles":["x"]},"roles":["y"],"resource_access":{"a":{"roles":["z"]}}`, "client:a roles=[x]"},
		{"keycloak", `"azp":"a","tenant":"t"`, "client:a"},
		{"keycloak", `"azp":"a","typ":"bearer"`, "rejected"},
		{"keycloak", `"azp":"a","typ":null`, "rejected"},

		{"league", `"scopes":["x"],"scope":"y","client_id":"c"`, "client:c scopes=[x]"},
		{"league", `"scopes":[],"client_id":"c","aud":"d"`, "client:c"},
		{"league", `"scopes":[],"aud":"d","azp":"a"`, "client:d"},
		{"league", `"scopes":[],"aud":"d","sub":"7"`, "user:d subject=7"},
		{"league", `"scopes":[],"client_id":"c","nonce":"n"`, "rejected"},

		{"okta", `"cid":"c","client_id":"d"`, "client:c"},
		{"okta", `"cid":"c","sub":"owner"`, "client:c subject=owner"},
		{"okta", `"cid":"c","uid":"u"`, "user:c"},
		{"okta", `"cid":"c","scp":["x"],"scope":"y"`, "client:c scopes=[x]"},
		{"okta", `"cid":"c","roles":["r"],"groups":["g"]`, "client:c roles=[r g] groups=[g]"},
		{"okta", `"cid":"c","nonce":"n"`, "rejected"},
		{"okta", `"client_id":"c"`, "rejected"},
		{"okta", `"cid":"c","jti":"ID.1"`, "rejected"},

		{"pingfederate", `"client_id":"c","azp":"a","scope":["x"],"scp":"y"`, "client:c scopes=[x]"},
		{"pingfederate", `"scope":"x","azp":"a"`, "unknown: scopes=[x]"},
		{"pingfederate", `"client_id":"c","nonce":"n"`, "rejected"},

		{"pingone", `"client_id":"c","azp":"a","scope":"x","scp":"y","env":"e","tenant":"t"`, "client:c scopes=[x] tenant=e"},
		{"pingone", `"client_id":"c","nonce":"n"`, "rejected"},

		{"rfc9068", `"aud":"x","sub":"s","client_id":"c","iat":1,"jti":"j","scope":"x","scp":"y"`, "user:c subject=s scopes=[x] id=j"},
		{"rfc9068", `"aud":"x","sub":"s","azp":"c","iat":1,"jti":"j"`, "rejected"},

		{"smart", `"client_id":"c","azp":"a","cid":"b"`, "client:c"},
		{"smart", `"azp":"a","cid":"b"`, "client:a"},
		{"smart", `"cid":"b","appid":"x"`, "client:b"},
		{"smart", `"appid":"x","sub":"s"`, "user: subject=s"},
		{"smart", `"client_id":"c","nonce":"n"`, "rejected"},

		{"spring", `"client_id":"c","aud":"d"`, "client:c"},
		{"spring", `"azp":"a","aud":"d","scope":["x"],"scp":["y"]`, "client:a scopes=[x]"},
		{"spring", `"aud":"d","nonce":"n"`, "rejected"},

		{"standard", `"client_id":"c","azp":"a","cid":"b","appid":"d"`, "client:c"},
		{"standard", `"azp":"a","cid":"b","appid":"d"`, "client:a"},
		{"standard", `"cid":"b","appid":"d"`, "client:b"},
		{"standard", `"appid":"d","clientId":"e"`, "client:d"},
		{"standard", `"client_id":"c","roles":["r"],"entitlements":["e"],"groups":["g"]`, "client:c roles=[r e] groups=[g]"},

		{"uaa", `"azp":"a","cid":"b","client_id":"c"`, "client:c"},
		{"uaa", `"azp":"a","cid":"b"`, "client:b"},
		{"uaa", `"azp":"a"`, "client:a"},
		{"uaa", `"azp":"a","sub":"s","grant_type":"client_credentials","user_id":"s"`, "client:a subject=s"},
		{"uaa", `"azp":"a","sub":"a","user_id":"a"`, "user:a subject=a"},
		{"uaa", `"azp":"a","scope":["x"],"scp":["y"],"authorities":["z"],"roles":["r"]`, "client:a scopes=[x z] roles=[z]"},
		{"uaa", `"azp":"a","user_id":"u","scope":["x"],"authorities":["z"]`, "user:a scopes=[x] roles=[z]"},
		{"uaa", `"azp":"a","zid":"z","tenant":"t"`, "client:a tenant=z"},
		{"uaa", `"azp":"a","nonce":"n"`, "rejected"},
		{"uaa", `"azp":"a","jti":"j-r"`, "rejected"},
		{"uaa", `"cid":"c"`, "rejected"},
		{"uaa", `"azp":"a","email_verified":false`, "rejected"},
		{"uaa", `"azp":"a","previous_logon_time":1`, "rejected"},

		{"wlcg", `"client_id":"c","azp":"a","scope":"x","scp":"y"`, "client:c scopes=[x]"},
		{"wlcg", `"azp":"a","sub":"s"`, "user: subject=s"},
		{"wlcg", `"client_id":"c","sub":"s"`, "client:c subject=s"},
		{"wlcg", `"client_id":"c","sub":"s","auth_time":1`, "user:c subject=s"},
		{"wlcg", `"client_id":"c","wlcg.groups":["/g"],"groups":["h"],"roles":["r"]`, "client:c roles=[/g] groups=[/g]"},
		{"wlcg", `"client_id":"c","nonce":"n"`, "rejected"},

		{"wso2", `"client_id":"c","azp":"a"`, "client:c"},
		{"wso2", `"cid":"x","sub":"s"`, "user: subject=s"},
		{"wso2", `"azp":"a","cid":"x"`, "client:a"},
		{"wso2", `"client_id":"c","sub":"c","aut":"APPLICATION_USER"`, "user:c subject=c"},
		{"wso2", `"client_id":"c","scope":"x","scp":"y","org_id":"o","tenant":"t","roles":"r","entitlements":"e"`, "client:c scopes=[x] roles=[r] tenant=o"},
		{"wso2", `"client_id":"c","nonce":"n"`, "rejected"},

		{"xsuaa", `"azp":"a","source_system":"s","ext_attr":{"serviceinstanceid":"i"}`, "client:a source=s"},
		{"xsuaa", `"azp":"a","roles":["r"],"groups":["g"]`, "client:a"},

		{"zitadel", `"jti":"j","azp":"a","client_id":"c"`, "client:a id=j"},
		{"zitadel", `"jti":"j","client_id":"c","sub":"c","cid":"x"`, "client:c subject=c id=j"},
		{"zitadel", `"jti":"j","azp":"a","sub":"a"`, "client:a subject=a id=j"},
		{"zitadel", `"jti":"j","azp":"a","roles":["r"],"tenant":"t"`, "client:a id=j"},
		{"zitadel", `"jti":"j","azp":"a","nonce":"n"`, "rejected"},
	} {
		t.Run(c.dialect+" "+c.members, func(t *testing.T) {
			d, err := dialects.ByName(c.dialect)
			if err != nil {
				t.Fatal(err)
			}
			var payload claims.Payload
			if err := payload.UnmarshalJSON([]byte(`{"iss":"https://op.example.com","exp":1767229200,` + c.members + `}`)); err != nil {
				t.Fatal(err)
			}
			got := "rejected"
			if token, err := d.Token(payload, "this-api"); err == nil {
				got = summary(token)
			}
			if got != c.want {
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
		"auth0":          dialects.Auth0,
		"c4t":            dialects.C4T,
		"cadasto":        dialects.Cadasto,
		"cern":           dialects.CERN,
		"cognito":        dialects.Cognito,
		"connect2id":     dialects.Connect2id,
		"curity":         dialects.Curity,
		"entra":          dialects.Entra,
		"forgerock":      dialects.ForgeRock,
		"google":         dialects.Google,
		"hydra":          dialects.Hydra,
		"identityserver": dialects.IdentityServer,
		"ipreo":          dialects.Ipreo,
		"keycloak":       dialects.Keycloak,
		"league":         dialects.LaravelPassport,
		"okta":           dialects.Okta,
		"pingfederate":   dialects.PingFederate,
		"pingone":        dialects.PingOne,
		"rfc9068":        dialects.RFC9068,
		"smart":          dialects.SMART,
		"spring":         dialects.SpringAuthorizationServer,
		"standard":       func() claims.Dialect { return claims.Dialect{Name: "standard"} },
		"uaa":            dialects.CloudFoundryUAA,
		"wlcg":           dialects.WLCG,
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
			d.Roles, d.Groups, d.Tenant, d.SourceSystem, d.Kinds, d.NotAccess, d.Reject,
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
			d.Required, d.Subject, d.ClientID, d.ID, d.Audience, d.Scopes, d.ClientScopes, d.Roles, d.Groups, d.Tenant, d.SourceSystem,
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
