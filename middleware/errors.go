package middleware

import (
	"time"

	"github.com/bearerguard/bearerguard/internal/stringset"
	"github.com/bearerguard/bearerguard/scopes"
)

// An Error says why a request or token was rejected. It holds nothing of the token
// except the client ID, and that only after the signature was verified, so it may be
// logged. What the client may read is what Authenticator.Refuse returns.
type Error struct {
	// Reason is why. It is what errors.Is compares with.
	Reason Reason
	// Issuer is the Issuer.URL of the configured issuer that the token names, ""
	// if there is none.
	Issuer string
	// ClientID is the client of the verified token, "" if the signature was not
	// verified or the token names no client.
	ClientID string
	// Hint says what to change, for well-known causes. It is a fixed text for logs,
	// "" in most cases.
	Hint string
	// RetryAfter is how long the client should wait, for ErrUnavailable. For every
	// other Reason it is zero.
	RetryAfter time.Duration

	scopes []string // all that the route needs, for the challenge
	acr    []string // acr_values and max_age of RFC 9470
	maxAge time.Duration
}

// Error returns "bearerguard: " and the Reason.
func (e *Error) Error() string { return "bearerguard: " + string(e.Reason) }

// Unwrap returns the Reason.
func (e *Error) Unwrap() error { return e.Reason }

// requiredScopes returns every scope that the requirements name, so that a client
// which has to ask for a new token can ask for all of them at once.
func requiredScopes(need []scopes.Requirement) []string {
	var all []string
	var seen stringset.Unique
	for _, r := range need {
		for _, s := range r.Scopes() {
			all = seen.Append(all, s)
		}
	}
	return all
}
