package middleware

import (
	"errors"
	"strconv"
	"time"
)

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

// A ConfigError is one mistake in a Config. New joins all it finds.
type ConfigError struct {
	// Field names the field, such as "Issuers[1].Algorithms".
	Field string
	// Value is the offending value, "" if it is long or could be a secret.
	Value string
	// Reason says what is wrong and what would be right.
	Reason string
}

// Error implements error.
func (e *ConfigError) Error() string {
	if e.Value == "" {
		return "bearerguard: Config." + e.Field + ": " + e.Reason
	}
	return "bearerguard: Config." + e.Field + " " + strconv.Quote(e.Value) + ": " + e.Reason
}

// mistakes collects what is wrong with a Config.
type mistakes []error

func (m *mistakes) add(field, value, reason string) {
	*m = append(*m, &ConfigError{Field: field, Value: value, Reason: reason})
}

func (m mistakes) join() error { return errors.Join(m...) }
