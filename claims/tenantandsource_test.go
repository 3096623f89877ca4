package claims_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// TestTenantInIssuer finds tenants in issuers, including hostile ones, although a
// guard accepts only configured issuers.
func TestTenantInIssuer(t *testing.T) {
	const (
		host    = "https://{tenant}.auth.prod.cadasto.io"
		slashed = "https://{tenant}.auth.prod.cadasto.io/"
		path    = "https://sso.example.com/realms/{tenant}"
		any     = "*/realms/{tenant}"
		middle  = "*/t/{tenant}/oauth2/token"
	)
	for _, c := range []struct{ name, template, issuer, want string }{
		{"label", host, "https://mycompany.auth.prod.cadasto.io", "mycompany"},
		{"label with digits and hyphen", host, "https://my-company-2.auth.prod.cadasto.io", "my-company-2"},
		{"slash at the end", host, "https://mycompany.auth.prod.cadasto.io/", "mycompany"},
		{"slash that the template wants", slashed, "https://mycompany.auth.prod.cadasto.io/", "mycompany"},
		{"slash that the template wants is missing", slashed, "https://mycompany.auth.prod.cadasto.io", ""},
		{"two slashes at the end", host, "https://mycompany.auth.prod.cadasto.io//", ""},
		{"empty label", host, "https://.auth.prod.cadasto.io", ""},
		{"nothing before the dot", host, "https://auth.prod.cadasto.io", ""},
		{"two labels", host, "https://a.b.auth.prod.cadasto.io", ""},
		{"the suffix goes on", host, "https://mycompany.auth.prod.cadasto.io.evil.com", ""},
		{"the suffix twice", host, "https://evil.auth.prod.cadasto.io.evil.auth.prod.cadasto.io", ""},
		{"the suffix in a path", host, "https://evil.com/x.auth.prod.cadasto.io", ""},
		{"the suffix in a query", host, "https://evil?x.auth.prod.cadasto.io", ""},
		{"the suffix in a fragment", host, "https://evil#x.auth.prod.cadasto.io", ""},
		{"user information", host, "https://mycompany@evil.auth.prod.cadasto.io", ""},
		{"a port for a label", host, "https://evil:443.auth.prod.cadasto.io", ""},
		{"another scheme", host, "http://mycompany.auth.prod.cadasto.io", ""},
		{"a scheme for a label", host, "https://https://x.auth.prod.cadasto.io", ""},
		{"capitals", host, "https://MyCompany.auth.prod.cadasto.io", ""},
		{"capitals in the rest", host, "https://mycompany.AUTH.prod.cadasto.io", ""},
		{"white space", host, "https://my company.auth.prod.cadasto.io", ""},
		{"percent", host, "https://my%2ecompany.auth.prod.cadasto.io", ""},
		{"another script", host, "https://m\u0443company.auth.prod.cadasto.io", ""},
		{"a port", host, "https://mycompany.auth.prod.cadasto.io:443", ""},
		{"a path", host, "https://mycompany.auth.prod.cadasto.io/x", ""},
		{"empty issuer", host, "", ""},

		{"segment", path, "https://sso.example.com/realms/acme", "acme"},
		{"segment with dots and capitals", path, "https://sso.example.com/realms/Acme.EU", "Acme.EU"},
		{"two segments", path, "https://sso.example.com/realms/acme/x", ""},
		{"empty segment", path, "https://sso.example.com/realms/", ""},
		{"query", path, "https://sso.example.com/realms/acme?x", ""},
		{"fragment", path, "https://sso.example.com/realms/acme#x", ""},
		{"another host", path, "https://evil.com/realms/acme", ""},

		{"any beginning", any, "https://h:8443/auth/realms/acme", "acme"},
		{"any beginning, the last time it occurs", any, "https://h/realms/realms/acme", "acme"},
		{"any beginning, two segments", any, "https://h/realms/acme/x", ""},
		{"any beginning, nothing there", any, "https://h/acme", ""},
		{"in the middle", middle, "https://h:9443/t/teamspace/oauth2/token", "teamspace"},
		{"in the middle, absent", middle, "https://h:9443/oauth2/token", ""},
		{"in the middle, two segments", middle, "https://h:9443/t/a/b/oauth2/token", ""},

		{"no mark", "https://sso.example.com", "https://sso.example.com", ""},
		{"nothing but any beginning", "*{tenant}", "https://sso.example.com", ""},
		{"nothing but the mark", "{tenant}", "https://sso.example.com", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := claims.Dialect{TenantInIssuer: c.template}
			payload := `{"exp":1,"client_id":"c","iss":` + strconv.Quote(c.issuer) + `}`
			if c.issuer == "" {
				payload = `{"exp":1,"client_id":"c"}`
			}
			if got := read(t, d, payload).Tenant; got != c.want {
				t.Errorf("Tenant of %q by %q = %q, want %q", c.issuer, c.template, got, c.want)
			}
		})
	}
}

// TestTenant reads the tenant and the source system from a claim in each form that
// issuers write.
func TestTenant(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"string", `"acme"`, "acme"},
		{"string with an escape", `"ac\u006de"`, "acme"},
		{"integer", `395465`, "395465"},
		{"large integer", `12345678901234567890`, "12345678901234567890"},
		{"array of one", `["acme"]`, "acme"},
		{"array of one integer", `[7]`, "7"},
		{"object of one", `{"acme":{"id":"42"}}`, "acme"},

		{"two of an array", `["acme","globex"]`, ""},
		{"two of the same", `["acme","acme"]`, ""},
		{"two of an object", `{"acme":{},"globex":{}}`, ""},
		{"empty array", `[]`, ""},
		{"empty object", `{}`, ""},
		{"an array of an array", `[["acme"]]`, ""},
		{"an array of an object", `[{"acme":{}}]`, ""},
		{"empty string", `""`, ""},
		{"fraction", `1.5`, ""},
		{"exponent", `1e3`, ""},
		{"negative", `-1`, ""},
		{"true", `true`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := claims.Dialect{
				Tenant:         [][]string{{"nope"}, {"organization"}, {"tenant"}},
				SourceSystem:   [][]string{{"nope"}, {"organization"}, {"tenant"}},
				TenantInIssuer: "https://{tenant}.example.com",
				Clients:        map[string]claims.ClientInfo{"c": {Tenant: "registered", SourceSystem: "registered"}},
			}
			token := read(t, d, with(`"client_id":"c","tenant":"second","organization":`+c.value))
			if token.Tenant != c.want || token.SourceSystem != c.want {
				t.Errorf("Tenant, SourceSystem = %q, %q, want %q: what follows the first source must not count",
					token.Tenant, token.SourceSystem, c.want)
			}
		})
	}
}

// TestTenantSources tests the order of the sources: claim, issuer, prefixed scope
// or role, register.
func TestTenantSources(t *testing.T) {
	full := claims.Dialect{
		Tenant:             [][]string{{"org"}},
		TenantInIssuer:     "https://{tenant}.example.com",
		TenantPrefix:       "tenant:",
		SourceSystem:       [][]string{{"system"}},
		SourceSystemPrefix: "source:",
		Clients:            map[string]claims.ClientInfo{"c": {Tenant: "registered", SourceSystem: "SAP"}},
	}
	noIssuer := full
	noIssuer.TenantInIssuer = ""
	for _, c := range []struct {
		name    string
		d       claims.Dialect
		members string
		tenant  string
		system  string
		scopes  []string
	}{
		{"claim", full, `"client_id":"c","org":"claimed","system":"CRM","scope":"a tenant:scoped source:WMS"`,
			"claimed", "CRM", []string{"a"}},
		{"null is no claim", full, `"client_id":"c","org":null,"system":null,"scope":"a"`, "op", "SAP",
			[]string{"a"}},
		{"issuer", full, `"client_id":"c","scope":"a tenant:scoped source:WMS"`, "op", "WMS", []string{"a"}},
		{"prefix", noIssuer, `"client_id":"c","scope":"tenant:scoped a source:WMS"`, "scoped", "WMS",
			[]string{"a"}},
		{"prefix in a role", noIssuer, `"client_id":"c","scope":"a","roles":["tenant:scoped","source:WMS"]`,
			"scoped", "WMS", []string{"a"}},
		{"the same in scope and role", noIssuer,
			`"client_id":"c","scope":"a tenant:x source:y","roles":["tenant:x","source:y"]`, "x", "y", []string{"a"}},
		{"different in scope and role", noIssuer,
			`"client_id":"c","scope":"a tenant:x source:y","roles":["tenant:z","source:z"]`, "", "", []string{"a"}},
		{"two prefixed", noIssuer, `"client_id":"c","scope":"tenant:x tenant:y source:x source:y a"`, "", "",
			[]string{"a"}},
		{"two prefixed and the first again", noIssuer,
			`"client_id":"c","scope":["tenant:x","tenant:y","source:x","source:y"],"roles":["tenant:x","source:x"]`,
			"", "", nil},
		{"nothing after the prefix", noIssuer, `"client_id":"c","scope":"tenant: source: a"`, "", "",
			[]string{"a"}},
		{"the prefix elsewhere", noIssuer, `"client_id":"c","scope":"xtenant:y a.source:b"`, "registered", "SAP",
			[]string{"xtenant:y", "a.source:b"}},
		{"the prefix in another case", noIssuer, `"client_id":"c","scope":"Tenant:y"`, "registered", "SAP",
			[]string{"Tenant:y"}},
		{"register", noIssuer, `"client_id":"c","scope":"a"`, "registered", "SAP", []string{"a"}},
		{"not in the register", noIssuer, `"client_id":"d","scope":"a"`, "", "", []string{"a"}},
		{"the register is by exact id", noIssuer, `"client_id":"C","scope":"a"`, "", "", []string{"a"}},
		{"no client", noIssuer, `"scope":"a"`, "", "", []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			token := read(t, c.d, with(c.members))
			if token.Tenant != c.tenant || token.SourceSystem != c.system {
				t.Errorf("Tenant, SourceSystem = %q, %q, want %q, %q", token.Tenant, token.SourceSystem,
					c.tenant, c.system)
			}
			if !slices.Equal(token.Scopes, c.scopes) {
				t.Errorf("Scopes = %q, want %q", token.Scopes, c.scopes)
			}
		})
	}
}

// TestRegisterWithoutClient has a register with an entry for the empty client id.
func TestRegisterWithoutClient(t *testing.T) {
	d := claims.Dialect{Clients: map[string]claims.ClientInfo{"": {Tenant: "everybody"}}}
	if token := read(t, d, with(`"sub":"alice"`)); token.Tenant != "" {
		t.Errorf("a token without client got the tenant %q", token.Tenant)
	}
}

// TestCustomize changes a token after the dialect has read it.
func TestCustomize(t *testing.T) {
	d := claims.Dialect{Customize: func(p claims.Payload, token *claims.Token) {
		raw, _ := p.Lookup("client_id")
		token.Tenant = "of " + string(raw)
	}}
	if token := read(t, d, with(`"client_id":"c","tenant":"claimed"`)); token.Tenant != `of "c"` {
		t.Errorf("Tenant = %q", token.Tenant)
	}
	called := false
	d = claims.Dialect{Customize: func(claims.Payload, *claims.Token) { called = true }}
	if _, err := d.Token(parse(t, with(`"sub":5`))); err == nil || called {
		t.Error("Customize was called for a rejected token")
	}
}
