package scopes

import (
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// StepUp returns the authentication to ask the user for. needed is true if t
// does not satisfy the requirement and an [Authentication] is among the parts
// that it lacks. The response then has status 401 and the error code
// insufficient_user_authentication (RFC 9470, section 3), with acr as
// acr_values and maxAge as max_age where they are set. If a scope is missing
// too, the response also names those of [Requirement.Scopes].
//
// The result merges all parts that must hold together, so that one new
// authentication satisfies all of them. Of several alternatives, StepUp takes
// the first one that lacks only the authentication, otherwise the first.
func (r Requirement) StepUp(t *claims.Token, options Options) (
	acr []string, maxAge time.Duration, needed bool,
) {
	if r.root == nil || r.root.err != nil || t == nil {
		return nil, 0, false
	}
	s := stepUp{evaluation: newEvaluation(t, options)}
	s.collect(r.root)
	if !s.needed {
		return nil, 0, false
	}
	return s.acr, s.maxAge, true
}

// A stepUp is the authentication that several parts require together.
type stepUp struct {
	evaluation
	acr    []string
	maxAge time.Duration
	needed bool

	allowed stringset.Finder // in acr
	choices int              // among alternatives, one within the other
}

func (s *stepUp) collect(n *node) {
	switch n.kind {
	case kindAuthentication:
		s.merge(n)
		if !n.authenticated(s.token, &s.options) {
			s.needed = true
		}
	case kindAll:
		for _, part := range n.parts {
			s.collect(part)
		}
	case kindAny:
		if s.choices++; s.choices == 2 {
			// Alternatives within alternatives would be evaluated once for each
			// level.
			s.known = map[verdictKey]bool{}
		}
		if alternative := s.closestAlternative(n); alternative != nil {
			s.collect(alternative)
		}
	}
}

// merge keeps the shorter age and the acr values that both allow. If they have
// no value in common, no token can satisfy both, and the earlier values stay.
func (s *stepUp) merge(n *node) {
	if n.maxAge > 0 && (s.maxAge == 0 || n.maxAge < s.maxAge) {
		s.maxAge = n.maxAge
	}
	if s.acr == nil {
		s.allow(slices.Clone(n.acr))
		return
	}
	if !slices.ContainsFunc(n.acr, s.allowed.Has) {
		return
	}
	of := stringset.In(n.acr)
	s.allow(slices.DeleteFunc(slices.Clone(s.acr), func(v string) bool { return !of.Has(v) }))
}

func (s *stepUp) allow(acr []string) { s.acr, s.allowed = acr, stringset.In(acr) }

// closestAlternative returns the first alternative that the token satisfies,
// otherwise the first for which it lacks only the authentication, otherwise the
// first.
func (s *stepUp) closestAlternative(n *node) *node {
	defer func() { s.anyAuthentication = false }()
	for _, s.anyAuthentication = range []bool{false, true} {
		for _, part := range n.parts {
			if s.satisfies(part) {
				return part
			}
		}
	}
	if len(n.parts) == 0 {
		return nil
	}
	return n.parts[0]
}
