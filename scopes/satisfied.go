package scopes

import (
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// SatisfiedBy reports whether t satisfies the requirement. A nil token satisfies
// no requirement, not even the zero one.
//
// A token that does not satisfy it is still a valid token. The response has
// status 403, or asks for a new authentication (see [Requirement.StepUp]); the
// error code is never invalid_token.
func (r Requirement) SatisfiedBy(t *claims.Token, options Options) bool {
	if t == nil {
		return false
	}
	switch n := r.root; {
	case n == nil:
		return true
	case n.kind != kindScope || n.err != nil:
	case options.Strategy == nil: // what most routes require
		return exact(t, n.name)
	default:
		return options.Strategy(t, n.name)
	}
	e := newEvaluation(t, options)
	return e.satisfies(r.root)
}

// An evaluation evaluates the parts of one requirement for one token. The time for all
// parts that compare names byte for byte grows with the parts and the token together. A
// Strategy is called for each scope and reads the token each time.
type evaluation struct {
	token                 *claims.Token
	options               Options
	scopes, roles, groups stringset.Finder

	// anyAuthentication means that the token satisfies the parts that
	// Authentication made.
	anyAuthentication bool
	// known holds what was found out about All and Any, nil if that is not kept.
	known map[verdictKey]bool
}

type verdictKey struct {
	n                 *node
	anyAuthentication bool
}

func newEvaluation(t *claims.Token, options Options) evaluation {
	return evaluation{
		token: t, options: options,
		scopes: stringset.In(t.Scopes), roles: stringset.In(t.Roles), groups: stringset.In(t.Groups),
	}
}

// satisfies reports whether the token satisfies n.
func (e *evaluation) satisfies(n *node) bool {
	if n.err != nil {
		return false
	}
	switch n.kind {
	case kindScope:
		if strategy := e.options.Strategy; strategy != nil {
			return strategy(e.token, n.name)
		}
		return e.scopes.Has(n.name)
	case kindRole:
		return e.roles.Has(n.name)
	case kindGroup:
		return e.groups.Has(n.name)
	case kindWhere:
		return n.condition(e.token)
	case kindPath:
		return e.satisfiesPath(n)
	case kindFiltered:
		return n.smart.grantedWithFilters(e.token)
	case kindAuthentication:
		return e.anyAuthentication || n.authenticated(e.token, &e.options)
	case kindBound:
		return e.token.KeyThumbprint != "" || e.token.CertificateThumbprint != ""
	}
	key := verdictKey{n, e.anyAuthentication}
	if verdict, ok := e.known[key]; ok {
		return verdict
	}
	verdict := e.combines(n)
	if e.known != nil {
		e.known[key] = verdict
	}
	return verdict
}

// satisfiesPath reports whether the token satisfies n.
func (e *evaluation) satisfiesPath(n *node) bool {
	if e.options.Path == nil {
		return false
	}
	value := e.options.Path.PathValue(n.param)
	return value != "" && n.onPath(e.token, value)
}

// combines is satisfies for All and Any.
func (e *evaluation) combines(n *node) bool {
	all := n.kind == kindAll
	for _, part := range n.parts {
		if e.satisfies(part) != all {
			return !all
		}
	}
	return all
}

// Missing returns the parts of the requirement that t does not satisfy, each as
// [Requirement.String] writes it, for logs. Of All these are the parts one by
// one; the alternatives of Any are one part. The texts hold nothing from the
// token. Missing is nil if t satisfies the requirement.
func (r Requirement) Missing(t *claims.Token, options Options) []string {
	switch n := r.root; {
	case r.SatisfiedBy(t, options):
		return nil
	case n == nil || t == nil || n.err != nil || n.kind != kindAll:
		return []string{r.String()}
	default:
		e := newEvaluation(t, options)
		var missing []string
		for _, part := range n.parts {
			if !e.satisfies(part) {
				missing = append(missing, part.text())
			}
		}
		return missing
	}
}
