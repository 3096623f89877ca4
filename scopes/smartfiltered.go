package scopes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// SMARTFiltered demands the SMART scope name, or the same with search
// parameters, whatever the [Strategy] in use. The route's handler must ask
// [SMARTFilters] for the parameters and give out nothing that they leave out.
// Err reports a name that is no SMART scope for a resource.
func SMARTFiltered(name string) Requirement {
	n := &node{kind: kindFiltered, name: name}
	scope, ok := parseSMART(name)
	if !ok {
		n.err = fmt.Errorf("scopes: %q is no SMART scope for a resource", name)
	}
	n.smart = scope
	return Requirement{n}
}

// SMARTFilters returns the search parameters within which t may do what the
// SMART scope name says, and false if it may not do it at all.
//
// Each element is one way to be let in: parameters as the grant writes them,
// such as "category=laboratory", all of which a resource must match. A resource
// that matches no element must not be shown or touched. Without elements
// nothing has to be filtered. Parameters that are part of name are taken for
// granted and not repeated.
//
// If the permissions in name come from scopes with different parameters, an
// element is listed only if it has all permissions by itself, or together with
// scopes whose parameters are among its own.
func SMARTFilters(t *claims.Token, name string) ([][]string, bool) {
	need, ok := parseSMART(name)
	if t == nil || !ok {
		return nil, false
	}
	grants := need.grants(t)
	var filters [][]string
	for i := range grants {
		if !need.coveredUnder(grants[i].parameters, grants) {
			continue
		}
		var filter []string
		for parameter := range strings.SplitSeq(grants[i].parameters, "&") {
			if !within(parameter, need.parameters) && !slices.Contains(filter, parameter) {
				filter = append(filter, parameter)
			}
		}
		filters = append(filters, filter)
	}
	if filters = widest(filters); len(filters) == 0 {
		return nil, false
	}
	if len(filters[0]) == 0 {
		return nil, true
	}
	return filters, true
}

// coveredWithin reports whether t covers s, within whatever parameters.
func (s *smartScope) coveredWithin(t *claims.Token) bool {
	grants := s.grants(t)
	for i := range grants {
		if s.coveredUnder(grants[i].parameters, grants) {
			return true
		}
	}
	return false
}

// grants returns the scopes of t that concern s and are worth something.
func (s *smartScope) grants(t *claims.Token) []smartScope {
	var grants []smartScope
	for _, scope := range t.Scopes {
		if g, ok := parseSMART(scope); ok && g.concerns(*s) {
			grants = append(grants, g)
		}
	}
	if len(grants) == 0 || !inContext(t, s.context) {
		return nil
	}
	return grants
}

// coveredUnder reports whether those of grants whose parameters are among the
// given ones and those of s cover s.
func (s *smartScope) coveredUnder(parameters string, grants []smartScope) bool {
	var granted permissions
	for i := range grants {
		g := &grants[i]
		if g.permissions&^granted != 0 && within(g.parameters, parameters, s.parameters) {
			granted |= g.permissions
		}
	}
	return granted.cover(s.permissions)
}

// widest drops the filters that another one makes pointless.
func widest(filters [][]string) [][]string {
	slices.SortStableFunc(filters, func(a, b []string) int { return len(a) - len(b) })
	kept := filters[:0]
	for _, filter := range filters {
		wider := func(other []string) bool {
			return !slices.ContainsFunc(other, func(p string) bool { return !slices.Contains(filter, p) })
		}
		if !slices.ContainsFunc(kept, wider) {
			kept = append(kept, filter)
		}
	}
	return kept
}
