package middleware

import "time"

// An Error is a refusal. It holds nothing of the token but the client id, and
// that only after the signature was found good, so it may be logged as it is.
// What the client gets to see is up to Authenticator.Refuse.
type Error struct {
	// Reason is what errors.Is compares with.
	Reason Reason
	// Issuer is the configured issuer that the token names, "" if none.
	Issuer string
	// ClientID is the verified token's client, "" before the signature holds.
	ClientID string
	// Hint tells whoever reads the log what to look at or to change, for
	// causes that are well known. It is a fixed text, "" in most cases.
	Hint string
	// RetryAfter is how long the client should wait, for ErrUnavailable.
	RetryAfter time.Duration

	scopes []string // all that the route needs, for the challenge
	acr    []string // RFC 9470
	maxAge time.Duration
}

// Error implements error. It names the reason and nothing else.
func (e *Error) Error() string { return "bearerguard: " + string(e.Reason) }

// Unwrap returns the Reason.
func (e *Error) Unwrap() error { return e.Reason }
