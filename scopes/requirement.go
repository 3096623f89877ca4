package scopes

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// A Requirement is what a route requires of a valid token. Every valid token
// satisfies the zero Requirement. Requirements are immutable and safe for
// concurrent use.
type Requirement struct{ root *node }

// A node is one part of a requirement. Every valid token satisfies nil.
type node struct {
	kind  kind
	name  string  // of a scope, role, group or condition
	parts []*node // of all and any; none of them is nil

	condition func(*claims.Token) bool
	onPath    func(t *claims.Token, value string) bool
	param     string // of the path, for onPath
	smart     smartScope

	acr    []string
	maxAge time.Duration

	// err says why no token can satisfy this part or one within it.
	err error
}

type kind uint8

const (
	kindAll kind = iota
	kindAny
	kindScope
	kindRole
	kindGroup
	kindWhere
	kindPath
	kindFiltered
	kindAuthentication
	kindBound
)

// Scope requires the scope name and, if there are more names, each of them. The
// [Strategy] in use compares them; the default is byte for byte.
//
// Err reports a name that is not a scope-token of RFC 6749, section 3.3
// (printable ASCII without space, quote and backslash). It also reports
// offline_access, which asks for a refresh token and grants no access to an API
// (OpenID Connect Core 1.0, section 11).
func Scope(name string, more ...string) Requirement {
	n := &node{kind: kindScope, name: name}
	switch {
	case !validName(name):
		n.err = fmt.Errorf("scopes: invalid scope %q: "+
			"use printable ASCII without space, quote and backslash (RFC 6749, section 3.3)", name)
	case name == "offline_access":
		n.err = errors.New("scopes: require another scope than offline_access: " +
			"it asks for a refresh token and grants no access to an API")
	}
	if len(more) > 0 {
		return All(Requirement{n}, Scope(more[0], more[1:]...))
	}
	return Requirement{n}
}

// Role requires name among the token's Roles, compared byte for byte. Err
// reports an empty name.
func Role(name string) Requirement { return named(kindRole, name, "role") }

// Group requires name among the token's Groups, compared byte for byte. Err
// reports an empty name.
func Group(name string) Requirement { return named(kindGroup, name, "group") }

func named(k kind, name, what string) Requirement {
	n := &node{kind: k, name: name}
	if name == "" {
		n.err = fmt.Errorf("scopes: a %s needs a name", what)
	}
	return Requirement{n}
}

// Where requires that condition returns true for the token. Logs call the
// condition by its name. Err reports an empty name and a nil condition.
//
// A request may call the condition more than once, and many requests call it
// concurrently. It must be quick, have no side effects, and neither change nor
// keep the token.
//
// A decision that depends on the request, such as who owns the requested
// record, belongs in the handler.
func Where(name string, condition func(*claims.Token) bool) Requirement {
	n := &node{kind: kindWhere, name: name, condition: condition}
	if name == "" || condition == nil {
		n.err = fmt.Errorf("scopes: condition %q needs a name and a function", name)
	}
	return Requirement{n}
}

// All requires every one of parts. All() is the zero Requirement.
func All(parts ...Requirement) Requirement {
	if len(parts) == 1 {
		return parts[0]
	}
	return Requirement{combine(kindAll, parts)}
}

// Any requires at least one of alternatives. No token satisfies Any().
//
// Err reports an alternative that is the zero Requirement, such as a variable
// that was never set: every token would satisfy it, and so the whole.
func Any(alternatives ...Requirement) Requirement {
	return Requirement{combine(kindAny, alternatives)}
}

// combine returns parts as one node. Nested parts of the same kind are merged
// into it, so that equal requirements have equal texts.
func combine(k kind, parts []Requirement) *node {
	n := &node{kind: k}
	var errs []error
	for _, part := range parts {
		switch p := part.root; {
		case p == nil && k == kindAny:
			errs = append(errs, errors.New("scopes: set every alternative of Any: "+
				"one requires nothing, so every token would satisfy it"))
		case p == nil:
		case p.kind == k:
			n.parts = append(n.parts, p.parts...)
			errs = append(errs, p.err)
		default:
			n.parts = append(n.parts, p)
			errs = append(errs, p.err)
		}
	}
	n.err = errors.Join(errs...)
	if n.err != nil {
		return n
	}
	switch {
	case len(n.parts) == 1:
		return n.parts[0]
	case len(n.parts) == 0 && k == kindAll:
		return nil
	}
	return n
}

// Err returns the mistakes in the requirement, nil if there are none. No token
// satisfies a requirement with an error, not even through an alternative that
// has none. The adapters panic with the error when the route is registered.
func (r Requirement) Err() error {
	if r.root == nil {
		return nil
	}
	return r.root.err
}

// Scopes returns the scopes to name in a challenge (RFC 6750, section 3) and in
// the metadata of the API (RFC 9728, section 2), in the order of the
// requirement and each once. For All these are the scopes of every part, for
// Any those of the first alternative that has scopes. They are nil for a
// requirement with an error.
func (r Requirement) Scopes() []string {
	if r.root == nil || r.root.err != nil {
		return nil
	}
	var list scopeList
	list.add(r.root)
	return list.names
}

// A scopeList is the scopes to name, each once.
type scopeList struct {
	names []string
	seen  stringset.Unique
}

// add adds the scopes of n and reports whether n has any, also if all of them were
// there already.
func (l *scopeList) add(n *node) bool {
	switch n.kind {
	case kindScope, kindFiltered:
		l.names = l.seen.Append(l.names, n.name)
		return true
	case kindAll:
		has := false
		for _, part := range n.parts {
			has = l.add(part) || has
		}
		return has
	case kindAny:
		return slices.ContainsFunc(n.parts, l.add)
	}
	return false
}

// validName reports whether s is a scope-token of RFC 6749, section 3.3. The
// values of acr have the same alphabet: a challenge carries them in a
// quoted-string, separated by spaces (RFC 9470, section 3).
func validName(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func nameByte(c byte) bool { return 0x21 <= c && c <= 0x7E && c != '"' && c != '\\' }
