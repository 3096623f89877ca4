package scopes

import (
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// Terms are what a requirement is judged by besides the token. The zero Terms
// are the current time, no leeway and exact comparison.
type Options struct {
	// Now is the time at which the age of an authentication is taken. Zero
	// means time.Now().
	Now time.Time
	// Leeway allows for clocks that differ when the age of an authentication is
	// taken. Zero means none.
	Leeway time.Duration
	// Strategy compares scopes. Nil means Exact.
	Strategy Strategy
}

// Met reports whether t meets the requirement. A nil token meets none, not even
// the zero Requirement.
//
// A token that does not meet it is valid all the same: its bearer is told so by
// status 403, or asked to step up (see StepUp), never by invalid_token.
func (r Requirement) SatisfiedBy(t *claims.Token, terms Options) bool {
	if t == nil {
		return false
	}
	return r.root == nil || r.root.met(t, &terms, false)
}

// met reports whether t meets n, without its demands on the authentication if
// they are waived.
func (n *node) met(t *claims.Token, terms *Options, waived bool) bool {
	if n.err != nil {
		return false
	}
	switch n.kind {
	case kindScope:
		if terms.Strategy == nil {
			return slices.Contains(t.Scopes, n.name)
		}
		return terms.Strategy(t, n.name)
	case kindRole:
		return slices.Contains(t.Roles, n.name)
	case kindGroup:
		return slices.Contains(t.Groups, n.name)
	case kindWhere:
		return n.condition(t)
	case kindFiltered:
		return n.smart.coveredWithin(t)
	case kindAuthentication:
		return waived || n.authenticated(t, terms)
	case kindAll:
		for _, part := range n.parts {
			if !part.met(t, terms, waived) {
				return false
			}
		}
		return true
	case kindAny:
		for _, part := range n.parts {
			if part.met(t, terms, waived) {
				return true
			}
		}
	}
	return false
}

// Missing returns the parts of the requirement that t does not meet, each as
// String writes it, for logs: of All every part not met, of Any all
// alternatives as one. Nothing in it comes from the token. It is nil if the
// requirement is met.
func (r Requirement) Missing(t *claims.Token, terms Options) []string {
	switch n := r.root; {
	case r.SatisfiedBy(t, terms):
		return nil
	case n == nil || t == nil || n.err != nil || n.kind != kindAll:
		return []string{r.String()}
	default:
		var missing []string
		for _, part := range n.parts {
			if !part.met(t, &terms, false) {
				missing = append(missing, part.text())
			}
		}
		return missing
	}
}

func (n *node) scopes(names []string) []string {
	switch n.kind {
	case kindScope, kindFiltered:
		if !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	case kindAll:
		for _, part := range n.parts {
			names = part.scopes(names)
		}
	case kindAny:
		for _, part := range n.parts {
			// Asked on its own: an alternative may name only scopes that are
			// there already.
			if own := part.scopes(nil); own != nil {
				for _, name := range own {
					if !slices.Contains(names, name) {
						names = append(names, name)
					}
				}
				break
			}
		}
	}
	return names
}
