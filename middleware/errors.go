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
	// Reason is why. It is what errors.Is compares with. It is "" if the caller left
	// while its token could not be judged yet: the context of the request was canceled
	// while it waited for keys, or while Config.Revoked did. Such an error wraps
	// context.Canceled, and Config.Observe is not called for it.
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

	// Method is the HTTP method of the request, "other" for one that RFC 9110 and RFC
	// 5789 do not name, and "" if there is none.
	Method string
	// Route is the pattern that the router matched the request with, "" if the guard
	// stands in front of the router.
	Route string
	// Need is what the guard requires, as Requirement.String writes it, and Missing are
	// the parts of it that the token lacks: for ErrInsufficientScope and
	// ErrInsufficientAuthentication. Their texts come from the configuration alone.
	Need    string
	Missing []string

	scopes []string // all that the route needs, for the challenge
	acr    []string // acr_values and max_age of RFC 9470
	maxAge time.Duration

	dpop  bool   // the token came with the scheme DPoP
	nonce string // the DPoP-Nonce of the response, "" if it has none

	quiet bool  // the hint makes no warning of the log line
	cause error // instead of a Reason
}

// Error returns "bearerguard: " and the Reason, or "context canceled".
func (e *Error) Error() string { return "bearerguard: " + e.Unwrap().Error() }

// Unwrap returns the Reason, or context.Canceled if the caller left.
func (e *Error) Unwrap() error {
	if e.cause != nil {
		return e.cause
	}
	return e.Reason
}

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
