package scopes

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// Authentication requires how and when the user authenticated (RFC 9470). With
// acr, the token's acr claim must be one of these values; list the preferred
// one first. With a positive maxAge, the user must have authenticated at most
// maxAge ago. A token without acr or auth_time, or with an auth_time in the
// future, does not satisfy it.
//
// Err reports a call with neither maxAge nor acr, a maxAge that is negative or
// not a whole number of seconds, and an acr value that a challenge cannot
// carry: an empty one, or one with other characters than printable ASCII
// without space, quote and backslash.
func Authentication(maxAge time.Duration, acr ...string) Requirement {
	n := &node{kind: kindAuthentication, maxAge: maxAge, acr: slices.Clone(acr)}
	switch {
	case maxAge < 0 || maxAge%time.Second != 0:
		n.err = fmt.Errorf(
			"scopes: the age of an authentication must be a positive whole number of seconds, not %v", maxAge)
	case maxAge == 0 && len(acr) == 0:
		n.err = errors.New("scopes: an authentication needs a maximum age or an acr value")
	}
	for _, value := range acr {
		if !validName(value) {
			n.err = errors.Join(n.err, fmt.Errorf(
				"scopes: invalid acr value %q: use printable ASCII without space, quote and backslash", value))
		}
	}
	return Requirement{n}
}

func (n *node) authenticated(t *claims.Token, options *Options) bool {
	if len(n.acr) > 0 && (t.ACR == "" || !slices.Contains(n.acr, t.ACR)) {
		return false
	}
	if n.maxAge == 0 {
		return true
	}
	if t.AuthTime.IsZero() {
		return false
	}
	now := options.Now
	if now.IsZero() {
		now = time.Now()
	}
	// Sub saturates: an auth_time beyond the range of a Duration becomes very
	// old or very new.
	age := now.Sub(t.AuthTime)
	leeway := max(options.Leeway, 0)
	return age >= -leeway && age-leeway <= n.maxAge
}
