package scopes

import (
	"errors"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// A Requirement is what a route demands of a token beyond being valid. The zero
// Requirement demands nothing more. Requirements are immutable and safe for
// concurrent use.
type Requirement struct{ root *node }

// A node is one part of a requirement; nil is the part that demands nothing.
type node struct {
	kind  kind
	name  string  // of a scope, role, group or condition
	parts []*node // of all and any, never nil ones

	condition func(*claims.Token) bool
	smart     smartScope

	acr    []string
	maxAge time.Duration

	// err tells why the part, or a part within it, can never be met.
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
	kindFiltered
	kindAuthentication
)

// Scope demands the scope name, compared as the [Strategy] in use says, exactly
// by default. Err reports a name outside the alphabet of RFC 6749, section 3.3
// (printable ASCII without space, quote and backslash), and offline_access,
// which asks for a refresh token and gives access to nothing (OpenID Connect
// Core 1.0, section 11).
func Scope(name string) Requirement {
	n := &node{kind: kindScope, name: name}
	switch {
	case !validName(name):
		n.err = fmt.Errorf("scopes: %q is no scope: a scope is one or more printable ASCII characters without space, quote and backslash (RFC 6749, section 3.3)", name)
	case name == "offline_access":
		n.err = errors.New("scopes: offline_access cannot be demanded: it asks for a refresh token and gives access to nothing")
	}
	return Requirement{n}
}

// Role demands the role name among the token's Roles, compared exactly. Err
// reports an empty name.
func Role(name string) Requirement { return named(kindRole, name, "role") }

// Group demands the group name among the token's Groups, compared exactly. Err
// reports an empty name.
func Group(name string) Requirement { return named(kindGroup, name, "group") }

func named(k kind, name, what string) Requirement {
	n := &node{kind: k, name: name}
	if name == "" {
		n.err = fmt.Errorf("scopes: a %s without a name", what)
	}
	return Requirement{n}
}

// Where demands that condition holds, which logs call name. The condition is
// called with a token that must not be changed, from many goroutines at once
// and possibly more than once per request, so it has to be quick and free of
// side effects. Err reports an empty name and a nil condition.
//
// What is not known when the route is registered, such as the owner of the
// record asked for, is the handler's to compare.
func Where(name string, condition func(*claims.Token) bool) Requirement {
	n := &node{kind: kindWhere, name: name, condition: condition}
	if name == "" || condition == nil {
		n.err = fmt.Errorf("scopes: the condition %q lacks a name or a function", name)
	}
	return Requirement{n}
}

// All demands every one of parts. All of nothing is the zero Requirement.
func All(parts ...Requirement) Requirement {
	if len(parts) == 1 {
		return parts[0]
	}
	return Requirement{join(kindAll, parts)}
}

// Any demands at least one of alternatives; without alternatives it is never
// met. Err reports an alternative that demands nothing, such as a Requirement
// that was never set: it would let every token in whatever the others demand.
func Any(alternatives ...Requirement) Requirement {
	return Requirement{join(kindAny, alternatives)}
}

// join returns the parts as one node. Parts of the same kind are taken apart,
// so that one requirement has one text.
func join(k kind, parts []Requirement) *node {
	n := &node{kind: k}
	var errs []error
	for _, part := range parts {
		switch p := part.root; {
		case p == nil && k == kindAny:
			errs = append(errs, errors.New("scopes: an alternative demands nothing, which makes the others pointless"))
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

// Err returns what is wrong with the requirement, nil if nothing is. A
// requirement with an error is never met, not even through an alternative that
// is sound: adapters panic with it when the route is registered.
func (r Requirement) Err() error {
	if r.root == nil {
		return nil
	}
	return r.root.err
}

// Scopes returns the scopes to name in a challenge (RFC 6750, section 3) and in
// the metadata of the API (RFC 9728, section 2), in the order of the
// requirement and without repetition: of All every one, of Any those of the
// first alternative that names one. A requirement with an error names none.
func (r Requirement) Scopes() []string {
	if r.root == nil || r.root.err != nil {
		return nil
	}
	return r.root.scopes(nil)
}

// validName reports whether s is a scope-token of RFC 6749, section 3.3. The
// values of acr have the same limits: they go into a quoted-string, separated
// by spaces (RFC 9470, section 3).
func validName(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func nameByte(c byte) bool { return 0x21 <= c && c <= 0x7E && c != '"' && c != '\\' }
