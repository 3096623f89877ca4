package scopes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// SMARTFiltered requires the SMART scope name, and accepts it with search
// parameters too, under every [Strategy]. The route's handler must call
// [Requirement.Filters] and hide what the parameters leave out. Err reports a
// name that is not a SMART scope for a resource, or not a scope-token of RFC 6749,
// section 3.3.
func SMARTFiltered(name string) Requirement {
	n := &node{kind: kindFiltered, name: name}
	scope, ok := parseSMART(name)
	switch {
	case !ok:
		n.err = fmt.Errorf("scopes: invalid SMART scope %q: write it like patient/Observation.rs", name)
	case !validName(name): // challenges carry it
		n.err = fmt.Errorf("scopes: invalid SMART scope %q: "+
			"use printable ASCII without space, quote and backslash (RFC 6749, section 3.3)", name)
	}
	n.smart = scope
	return Requirement{n}
}

// Filters returns the search parameters by which the handler has to filter for
// t. The requirement must be one that [SMARTFiltered] returned. For every other
// requirement, and for a token that does not satisfy it, ok is false and the
// handler must reject the request.
//
// Each element is one alternative: parameters as the token's scope writes them,
// such as "category=laboratory". A resource may be shown or changed if it
// matches all parameters of at least one element. No elements mean that nothing
// has to be filtered. Parameters of the required scope itself are assumed to
// hold and are not repeated.
//
// If several scopes with different parameters grant the permissions together,
// an element is the parameters of one of them that alone, or with scopes whose
// parameters are among these, grants all permissions. For a token whose scopes have
// many different sets of parameters, only the 16 smallest of these are added to
// others, and only what narrows one of the 16 smallest elements is left out: to
// find out more takes time that grows with the square of the token.
func (r Requirement) Filters(t *claims.Token) (filters [][]string, ok bool) {
	if r.root == nil || r.root.kind != kindFiltered || r.root.err != nil || t == nil {
		return nil, false
	}
	return r.root.smart.filters(t)
}

func (s *smartScope) filters(t *claims.Token) ([][]string, bool) {
	grants, few := s.grants(t)
	var filters [][]string
	if few {
		filters = widest(s.filtersOfFew(grants))
	} else {
		filters = s.filtersOfMany(grants)
	}
	if len(filters) == 0 {
		return nil, false
	}
	if len(filters[0]) == 0 {
		return nil, true
	}
	return filters, true
}

// filtersOfFew returns the parameters of each of grants that counts, without those
// of s.
func (s *smartScope) filtersOfFew(grants []smartScope) [][]string {
	own := parameterSet{text: s.parameters}
	var filters [][]string
	for i := range grants {
		if !s.grantedUnder(grants[i].parameters, grants) {
			continue
		}
		var filter []string
		for parameter := range strings.SplitSeq(grants[i].parameters, "&") {
			if !parametersIn(parameter, &own) && !slices.Contains(filter, parameter) {
				filter = append(filter, parameter)
			}
		}
		filters = append(filters, filter)
	}
	return filters
}

// grantedWithFilters reports whether t grants s, with any search parameters. It
// is what filters reports as ok, without allocating the filters.
func (s *smartScope) grantedWithFilters(t *claims.Token) bool {
	grants, few := s.grants(t)
	if !few {
		return len(s.filtersOfMany(grants)) > 0
	}
	for i := range grants {
		if s.grantedUnder(grants[i].parameters, grants) {
			return true
		}
	}
	return false
}

// Grants that are compared in pairs: at most so many, with at most so many bytes of
// parameters.
const (
	fewGrants     = 16
	fewParameters = 512
)

// grants returns the scopes of t that cover the context and resource of s and
// count for t, and whether they are few enough to be compared in pairs.
func (s *smartScope) grants(t *claims.Token) (grants []smartScope, few bool) {
	bytes := len(s.parameters)
	for _, scope := range t.Scopes {
		if g, ok := parseSMART(scope); ok && g.covers(*s) {
			grants = append(grants, g)
			bytes += len(g.parameters)
		}
	}
	if len(grants) == 0 || !contextCounts(t, s.context) {
		return nil, true
	}
	return grants, len(grants) <= fewGrants && bytes <= fewParameters
}

// grantedUnder reports whether grants have all permissions of s together,
// counting only grants whose parameters are among the given ones and those of
// s.
func (s *smartScope) grantedUnder(parameters string, grants []smartScope) bool {
	given, own := parameterSet{text: parameters}, parameterSet{text: s.parameters}
	var granted permissions
	for i := range grants {
		g := &grants[i]
		if g.permissions&^granted != 0 && parametersIn(g.parameters, &given, &own) {
			granted |= g.permissions
		}
	}
	return granted.include(s.permissions)
}

// widest removes each filter that repeats or only narrows another one.
func widest(filters [][]string) [][]string {
	slices.SortStableFunc(filters, func(a, b []string) int { return len(a) - len(b) })
	kept := filters[:0]
	for _, filter := range filters {
		includesFilter := func(wider []string) bool {
			return !slices.ContainsFunc(wider, func(p string) bool { return !slices.Contains(filter, p) })
		}
		if !slices.ContainsFunc(kept, includesFilter) {
			kept = append(kept, filter)
		}
	}
	return kept
}
