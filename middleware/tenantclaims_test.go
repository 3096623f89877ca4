package middleware_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// acme and globex are the tenants of a template. In these tests globex's server
// writes tokens that name acme in every claim that it can.
const (
	acme, globex = "acme", "globex"
	tenantsURL   = "https://id.example.com/acme/{t}" // so that acme is a part of every iss
)

// foreignTenant are the claims of globex's server. They satisfy every dialect.
func foreignTenant() map[string]any {
	all := map[string]any{
		"iss": strings.Replace(tenantsURL, "{t}", globex, 1), "aud": "api", "sub": "someone", "jti": "id",
		"client_id": "client", "azp": "client", "cid": "client", "appid": "client",
		"typ": "Bearer", "token_use": "access", "tokenName": "access_token", "purpose": "access_token",
		"idtyp": "app",
		"scope": "x tenant:acme", "scp": "x tenant:acme", "scopes": []string{"x", "tenant:acme"},
		"ext": map[string]any{"tenant": acme}, "dat": map[string]any{"org_id": acme, "tenant": acme},
		"repository": "client", "project_path": "client", "repositoryUuid": "client", "common_name": "client",
		"applicationId": "client", "uid": "u", "role": "r",
		"kubernetes.io": map[string]any{"namespace": acme}, "firebase": map[string]any{"tenant": acme},
	}
	for _, name := range []string{
		"tenant", "organization", "org_id", "tid", "hd", "zid", "env", "realm", "firm_id", "client_firm_id",
		"client_tenant", "custom:tenant", "urn:zitadel:iam:user:resourceowner:id", "own",
		"repository_owner", "namespace_path", "workspaceUuid", "namespace", "owner", "organization_id",
		"dct", "app_tid",
	} {
		all[name] = acme
	}
	return all
}

// tenantFields says for each field of a Dialect how it could let a token name acme.
// Nil means that the field says nothing about tenants.
var tenantFields = map[string]func(*claims.Dialect){
	"Tenant": func(d *claims.Dialect) { d.Tenant = [][]string{{"own"}} },
	"TenantInIssuer": func(d *claims.Dialect) {
		d.Tenant, d.TenantInIssuer = [][]string{}, "https://id.example.com/{tenant}/globex"
	},
	"TenantPrefix": func(d *claims.Dialect) {
		d.Tenant, d.TenantInIssuer, d.Scopes, d.TenantPrefix = [][]string{}, "", nil, "tenant:"
	},
	"Clients": func(d *claims.Dialect) {
		d.Tenant, d.TenantInIssuer = [][]string{}, ""
		if d.ClientID != nil && len(d.ClientID) == 0 {
			d.ClientID = nil // its tokens name no client
		}
		d.Clients = map[string]claims.ClientInfo{"client": {Tenant: acme}, "someone": {Tenant: acme}}
	},
	"Customize": func(d *claims.Dialect) {
		d.Customize = func(_ claims.Payload,
			t *claims.Token) {
			t.Tenant = acme
		}
	},

	"none": func(*claims.Dialect) {},
	"Name": nil, "Types": nil, "Required": nil, "StringScope": nil, "Subject": nil, "ClientID": nil, "ID": nil,
	"EmptySubject": nil, "Anonymous": nil, "Audience": nil, "Scopes": nil, "ClientScopes": nil,
	"ScopePrefix": nil,
	"Roles":       nil, "Groups": nil, "SourceSystem": nil, "SourceSystemPrefix": nil, "Kinds": nil, "NotAccess": nil,
	"DangerouslyIgnoreMarks": nil, "Reject": nil,
}

// tenantOf returns the tenant of a token of these claims for a dialect.
func tenantOf(t *testing.T, issuer middleware.Issuer, members map[string]any) string {
	t.Helper()
	server := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
	issuer.JWKS = server.JWKS()
	auth, err := middleware.New(middleware.Config{Audiences: []string{"api"},
		Issuers: []middleware.Issuer{issuer}})
	if err != nil {
		t.Fatal(err)
	}
	typ := "at+jwt"
	if len(issuer.Dialect.Types) > 0 {
		typ = issuer.Dialect.Types[0]
	}
	token, err := auth.Verify(t.Context(), server.MintHeader(map[string]any{"typ": typ}, members))
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return token.Tenant
}

// TestNoTokenNamesAnotherTenant: for a template the issuer's URL tells the tenant,
// with every dialect and every field of a Dialect. Only the field that says so lets
// claims decide.
func TestNoTokenNamesAnotherTenant(t *testing.T) {
	for field := range reflect.TypeFor[claims.Dialect]().Fields() {
		if _, known := tenantFields[field.Name]; !known {
			t.Errorf("say in tenantFields what Dialect.%s could do", field.Name)
		}
	}
	for _, name := range dialects.Names() {
		for field, set := range tenantFields {
			if set == nil {
				continue
			}
			t.Run(name+", field "+field, func(t *testing.T) {
				dialect, err := dialects.ByName(name)
				if err != nil {
					t.Fatal(err)
				}
				set(&dialect)
				issuer := middleware.Issuer{URL: tenantsURL, Tenants: []string{acme, globex}, Dialect: dialect}
				if got := tenantOf(t, issuer, foreignTenant()); got != globex {
					t.Errorf("globex's token is one of tenant %q", got)
				}
				issuer.DangerouslyTenantFromClaims = true
				if got := tenantOf(t, issuer, foreignTenant()); got != acme && field != "none" {
					t.Errorf("with DangerouslyTenantFromClaims the tenant is %q, so this test shows nothing", got)
				}
			})
		}
	}
}

// TestCustomizeSeesTheTenantOfTheURL: what Customize derives from the tenant must not
// come from a claim either.
func TestCustomizeSeesTheTenantOfTheURL(t *testing.T) {
	seen := ""
	dialect := dialects.Auth0()
	dialect.Customize = func(p claims.Payload, token *claims.Token) {
		if raw, ok := p.Lookup("org_id"); !ok || string(raw) != `"acme"` {
			t.Errorf("the payload has org_id %s", raw)
		}
		seen = token.Tenant
	}
	issuer := middleware.Issuer{URL: tenantsURL, TenantPattern: "[a-z]+", Dialect: dialect}
	if tenantOf(t, issuer, foreignTenant()); seen != globex {
		t.Errorf("Customize sees tenant %q", seen)
	}
}

// TestTenantsThatClaimsMayName: an issuer with one URL has one owner, whose claims and
// whose register of clients count, and a template of the dialect's own agrees with it.
func TestTenantsThatClaimsMayName(t *testing.T) {
	c4t := dialects.C4T()
	c4t.Clients = map[string]claims.ClientInfo{"client": {Tenant: "customer"}}
	members := func(more map[string]any) map[string]any {
		all := foreignTenant()
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	const fixed, cadasto = "https://id.example.com/acme", "https://globex.auth.prod.cadasto.io"
	for _, c := range []struct {
		name   string
		issuer middleware.Issuer
		claims map[string]any
		want   string
	}{
		{"C4T's register", middleware.Issuer{URL: fixed, Dialect: c4t}, members(map[string]any{"iss": fixed}),
			"customer"},
		{"Keycloak's organization", middleware.Issuer{URL: fixed, Dialect: dialects.Keycloak()},
			members(map[string]any{"iss": fixed, "organization": "north"}), "north"},
		{"Keycloak's realm", middleware.Issuer{URL: fixed + "/realms/south", Dialect: dialects.Keycloak()},
			members(map[string]any{"iss": fixed + "/realms/south", "organization": nil}), "south"},
		{"Cadasto's customer", middleware.Issuer{
			URL: "https://{customer}.auth.prod.cadasto.io", Tenants: []string{acme, globex},
			Dialect: dialects.Cadasto(),
		}, members(map[string]any{"iss": cadasto}), globex},
		{"Cadasto's customer with a fixed URL", middleware.Issuer{URL: cadasto, Dialect: dialects.Cadasto()},
			members(map[string]any{"iss": cadasto}), globex},
		{"an override without a claim", middleware.Issuer{
			URL: tenantsURL, Tenants: []string{globex}, DangerouslyTenantFromClaims: true,
		}, members(map[string]any{"tenant": nil}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tenantOf(t, c.issuer, c.claims); got != c.want {
				t.Errorf("tenant %q, want %q", got, c.want)
			}
		})
	}
}
