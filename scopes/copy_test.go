package scopes_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestNothingOfTheCallersIsKept changes every list and table after it was passed.
// Requirements and strategies must not change with it.
func TestNothingOfTheCallersIsKept(t *testing.T) {
	parts := []scopes.Requirement{scopes.Scope("admin"), scopes.Scope("audit")}
	nested := append(make([]scopes.Requirement, 0, 4), scopes.Scope("x"))
	acr := []string{"gold", "silver"}
	table := map[string][]string{"admin": {"write"}, "write": {"read"}}
	all, either, whole := scopes.All(parts...), scopes.Any(parts...),
		scopes.All(scopes.All(nested...), scopes.Scope("y"))
	authentication, implied := scopes.Authentication(0, acr...), scopes.Implied(table)
	before := all.String() + either.String() + whole.String() + authentication.String()

	clear(parts)
	clear(nested[:cap(nested)])
	clear(acr)
	table["write"][0] = "other"
	table["read"] = []string{"admin"}
	delete(table, "admin")
	all.Scopes()[0] = "other"

	if after := all.String() + either.String() + whole.String() + authentication.String(); after != before {
		t.Errorf("%s, was %s", after, before)
	}
	for scope, want := range map[string]bool{"admin": true, "write": true, "read": true, "other": false} {
		if got := implied(&claims.Token{Scopes: []string{"admin"}}, scope); got != want {
			t.Errorf("admin covers %s: %v, want %v", scope, got, want)
		}
	}
	if implied(&claims.Token{Scopes: []string{"read"}}, "admin") {
		t.Error("read covers admin")
	}
}
