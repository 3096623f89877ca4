package scopes

import (
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
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
	var s stepUp
	s.collect(r.root, t, &options)
	if !s.needed {
		return nil, 0, false
	}
	return s.acr, s.maxAge, true
}

// A stepUp is the authentication that several parts require together.
type stepUp struct {
	acr    []string
	maxAge time.Duration
	needed bool
}

func (s *stepUp) collect(n *node, t *claims.Token, options *Options) {
	switch n.kind {
	case kindAuthentication:
		s.merge(n)
		if !n.authenticated(t, options) {
			s.needed = true
		}
	case kindAll:
		for _, part := range n.parts {
			s.collect(part, t, options)
		}
	case kindAny:
		if alternative := n.closestAlternative(t, options); alternative != nil {
			s.collect(alternative, t, options)
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
		s.acr = slices.Clone(n.acr)
		return
	}
	if len(n.acr) == 0 {
		return
	}
	both := slices.DeleteFunc(slices.Clone(s.acr), func(v string) bool { return !slices.Contains(n.acr, v) })
	if len(both) > 0 {
		s.acr = both
	}
}

// closestAlternative returns the first alternative that t satisfies, otherwise
// the first for which it lacks only the authentication, otherwise the first.
func (n *node) closestAlternative(t *claims.Token, options *Options) *node {
	for _, anyAuthentication := range []bool{false, true} {
		for _, part := range n.parts {
			if part.satisfied(t, options, anyAuthentication) {
				return part
			}
		}
	}
	if len(n.parts) == 0 {
		return nil
	}
	return n.parts[0]
}
