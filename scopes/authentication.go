package scopes

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// Authentication demands a certain authentication of the user (RFC 9470): if
// acr is given, that the token's acr claim is one of these values, which are
// named in order of preference; if maxAge is positive, that the user
// authenticated no longer than maxAge ago. A token without acr or auth_time, or
// whose auth_time lies in the future, does not meet it.
//
// Err reports a demand on neither, a maxAge that is negative or no whole number
// of seconds, and an acr value that a challenge cannot carry: one that is empty
// or holds anything but printable ASCII without space, quote and backslash.
func Authentication(maxAge time.Duration, acr ...string) Requirement {
	n := &node{kind: kindAuthentication, maxAge: maxAge, acr: slices.Clone(acr)}
	switch {
	case maxAge < 0 || maxAge%time.Second != 0:
		n.err = fmt.Errorf("scopes: the age of an authentication must be a whole number of seconds, not %v", maxAge)
	case maxAge == 0 && len(acr) == 0:
		n.err = errors.New("scopes: an authentication with neither an age nor an acr value demands nothing")
	}
	for _, value := range acr {
		if !validName(value) {
			n.err = errors.Join(n.err, fmt.Errorf("scopes: %q is no acr value that a challenge can carry", value))
		}
	}
	return Requirement{n}
}

func (n *node) authenticated(t *claims.Token, terms *Options) bool {
	if len(n.acr) > 0 && (t.ACR == "" || !slices.Contains(n.acr, t.ACR)) {
		return false
	}
	if n.maxAge == 0 {
		return true
	}
	if t.AuthTime.IsZero() {
		return false
	}
	now := terms.Now
	if now.IsZero() {
		now = time.Now()
	}
	// Sub saturates, so that an absurd auth_time is merely very old or very new.
	age := now.Sub(t.AuthTime)
	leeway := max(terms.Leeway, 0)
	return age >= -leeway && age-leeway <= n.maxAge
}

// StepUp returns what to ask of the user's authentication, and whether it is to
// be asked: needed is true if t does not meet the requirement and a demand on
// the authentication is among what it lacks. The answer is then status 401 with
// insufficient_user_authentication (RFC 9470, section 3), acr as acr_values and
// maxAge as max_age, each if it is not zero, and Scopes as scope if a scope is
// missing too.
//
// The demands of all parts that count together are put together, so that one
// new authentication meets them all. Of several alternatives the first one that
// lacks nothing else is asked for, otherwise the first one.
func (r Requirement) StepUp(t *claims.Token, terms Options) (acr []string, maxAge time.Duration, needed bool) {
	if r.root == nil || r.root.err != nil || t == nil {
		return nil, 0, false
	}
	var d demand
	d.collect(r.root, t, &terms)
	if !d.needed {
		return nil, 0, false
	}
	return d.acr, d.maxAge, true
}

// A demand is what several requirements on the authentication ask together.
type demand struct {
	acr    []string
	maxAge time.Duration
	needed bool
}

func (d *demand) collect(n *node, t *claims.Token, terms *Options) {
	switch n.kind {
	case kindAuthentication:
		d.add(n)
		if !n.authenticated(t, terms) {
			d.needed = true
		}
	case kindAll:
		for _, part := range n.parts {
			d.collect(part, t, terms)
		}
	case kindAny:
		if chosen := n.choose(t, terms); chosen != nil {
			d.collect(chosen, t, terms)
		}
	}
}

// add takes the shorter age, and the values that both allow. If none does, no
// token will ever do; what was asked first is asked.
func (d *demand) add(n *node) {
	if n.maxAge > 0 && (d.maxAge == 0 || n.maxAge < d.maxAge) {
		d.maxAge = n.maxAge
	}
	if d.acr == nil {
		d.acr = slices.Clone(n.acr)
		return
	}
	if len(n.acr) == 0 {
		return
	}
	both := slices.DeleteFunc(slices.Clone(d.acr), func(v string) bool { return !slices.Contains(n.acr, v) })
	if len(both) > 0 {
		d.acr = both
	}
}

// choose returns the alternative to ask for: one that is met, else one that
// lacks only the authentication, else the first.
func (n *node) choose(t *claims.Token, terms *Options) *node {
	for _, waived := range []bool{false, true} {
		for _, part := range n.parts {
			if part.met(t, terms, waived) {
				return part
			}
		}
	}
	if len(n.parts) == 0 {
		return nil
	}
	return n.parts[0]
}
