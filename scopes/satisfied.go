package scopes

import (
	"slices"

	"github.com/bearerguard/bearerguard/claims"
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
	return r.root == nil || r.root.satisfied(t, &options, false)
}

// satisfied reports whether t satisfies n. If anyAuthentication is set, every
// token satisfies the parts that Authentication made.
func (n *node) satisfied(t *claims.Token, options *Options, anyAuthentication bool) bool {
	if n.err != nil {
		return false
	}
	switch n.kind {
	case kindScope:
		if options.Strategy == nil {
			return exact(t, n.name)
		}
		return options.Strategy(t, n.name)
	case kindRole:
		return slices.Contains(t.Roles, n.name)
	case kindGroup:
		return slices.Contains(t.Groups, n.name)
	case kindWhere:
		return n.condition(t)
	case kindFiltered:
		return n.smart.grantedWithFilters(t)
	case kindAuthentication:
		return anyAuthentication || n.authenticated(t, options)
	case kindAll:
		for _, part := range n.parts {
			if !part.satisfied(t, options, anyAuthentication) {
				return false
			}
		}
		return true
	case kindAny:
		for _, part := range n.parts {
			if part.satisfied(t, options, anyAuthentication) {
				return true
			}
		}
	}
	return false
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
		var missing []string
		for _, part := range n.parts {
			if !part.satisfied(t, &options, false) {
				missing = append(missing, part.text())
			}
		}
		return missing
	}
}
