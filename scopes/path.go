package scopes

import (
	"fmt"
	"slices"

	"github.com/bearerguard/bearerguard/claims"
)

// PathTenant requires that the parameter param of the request's path is the token's
// Tenant, byte for byte and not empty: "company" for the pattern
// "/v1/{company}/deals". The guard must stand behind the router, which finds the value;
// in front of it no token satisfies the requirement.
//
// Err reports an empty name.
func PathTenant(param string) Requirement {
	return WherePath("tenant", param, func(t *claims.Token, value string) bool { return value == t.Tenant })
}

// WherePath requires that condition returns true for the token and the value of the
// parameter param of the request's path, as [PathTenant] does. An empty value satisfies
// nothing, and condition is not called for it. Logs and lists of routes call the condition
// by its name. What [Where] says about its condition is true for this one, too.
//
// Err reports an empty name and a nil condition.
func WherePath(name, param string, condition func(t *claims.Token, value string) bool) Requirement {
	n := &node{kind: kindPath, name: name, param: param, onPath: condition}
	if name == "" || param == "" || condition == nil {
		n.err = fmt.Errorf("scopes: condition %q needs a name, a parameter of the path and a function", name)
	}
	return Requirement{n}
}

// UsesPath reports whether a part of the requirement is about the request's path, for
// adapters of frameworks that have to look for its parameters.
func (r Requirement) UsesPath() bool { return r.root != nil && r.root.usesPath() }

func (n *node) usesPath() bool {
	return n.kind == kindPath || slices.ContainsFunc(n.parts, (*node).usesPath)
}
