package scopes_test

import (
	"fmt"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// values are the parameters of a path.
type values map[string]string

func (v values) PathValue(name string) string { return v[name] }

func TestPathTenant(t *testing.T) {
	acme := &claims.Token{Tenant: "acme", Scopes: []string{"read"}}
	for _, c := range []struct {
		name  string
		need  scopes.Requirement
		token *claims.Token
		path  scopes.Options
		want  bool
	}{
		{"its own tenant", scopes.PathTenant("company"), acme,
			scopes.Options{Path: values{"company": "acme"}}, true},
		{"another tenant", scopes.PathTenant("company"), acme,
			scopes.Options{Path: values{"company": "globex"}}, false},
		{"another case", scopes.PathTenant("company"), acme,
			scopes.Options{Path: values{"company": "Acme"}}, false},
		{"a beginning", scopes.PathTenant("company"), acme, scopes.Options{Path: values{"company": "acm"}}, false},
		{"no such parameter", scopes.PathTenant("company"), acme,
			scopes.Options{Path: values{"tenant": "acme"}}, false},
		{"no path", scopes.PathTenant("company"), acme, scopes.Options{}, false},
		{"neither has a tenant", scopes.PathTenant("company"), &claims.Token{},
			scopes.Options{Path: values{"company": ""}}, false},
		{"with a scope", scopes.All(scopes.Scope("read"), scopes.PathTenant("company")), acme,
			scopes.Options{Path: values{"company": "acme"}}, true},
		{"without the scope", scopes.All(scopes.Scope("write"), scopes.PathTenant("company")), acme,
			scopes.Options{Path: values{"company": "acme"}}, false},
		{"a condition of one's own", scopes.WherePath("owner", "id",
			func(t *claims.Token, id string) bool { return id == t.Subject }),
			&claims.Token{Subject: "7"}, scopes.Options{Path: values{"id": "7"}}, true},
		{"no condition", scopes.WherePath("owner", "id", nil), acme,
			scopes.Options{Path: values{"id": "7"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.need.SatisfiedBy(c.token, c.path); got != c.want {
				t.Errorf("satisfied: %v", got)
			}
			if missing := c.need.Missing(c.token, c.path); (missing == nil) != c.want {
				t.Errorf("missing: %q", missing)
			}
			if !c.need.UsesPath() {
				t.Error("it does not say that it is about the path")
			}
		})
	}
	if got := scopes.PathTenant("company").String(); got != "path:company=tenant" {
		t.Errorf("text %q", got)
	}
	if _, err := scopes.Parse("path:company=tenant"); err == nil {
		t.Error("a condition was read from text")
	}
	if scopes.PathTenant("").Err() == nil {
		t.Error("an empty name is no mistake")
	}
	if scopes.Any(scopes.Scope("a"), scopes.Role("b")).UsesPath() {
		t.Error("scopes and roles are not about the path")
	}
	if got := scopes.Scope("path:x").String(); got != `"path:x"` {
		t.Errorf("a scope with that beginning: %s", got)
	}
}

func ExamplePathTenant() {
	need := scopes.All(scopes.Scope("deals-read"), scopes.PathTenant("company"))
	token := &claims.Token{Tenant: "acme", Scopes: []string{"deals-read"}}
	for _, company := range []string{"acme", "globex"} {
		fmt.Println(company, need.SatisfiedBy(token, scopes.Options{Path: values{"company": company}}))
	}
	// Output:
	// acme true
	// globex false
}
