// Package claimserr has the errors of claims.Dialect.Token, so that packages
// middleware and claimstest can tell them apart. Handlers never see one: for
// them package middleware turns each into a middleware.Reason.
package claimserr

import "errors"

// The texts are fixed and hold nothing of the token.
var (
	// ErrMalformed: a required claim is missing, or a claim has another type
	// than its RFC says.
	ErrMalformed = errors.New("claims: a required claim is missing or a claim has the wrong type")
	// ErrNotAccess: the token is not an access token but, for example, an ID,
	// refresh or logout token.
	ErrNotAccess = errors.New("claims: not an access token")
	// ErrRejected: a rule in Dialect.Reject holds.
	ErrRejected = errors.New("claims: the claims contradict each other")
	// ErrAudience: the caller of Dialect.TokenFor did not accept the audience.
	ErrAudience = errors.New("claims: the audience is not accepted")
)

// MalformedError is an ErrMalformed that names the claim. Its fields are fixed words,
// fit for a log: they hold nothing that a token chose.
type MalformedError struct {
	// Claim is the path of the claim, as the dialect or its RFC names it.
	Claim []string
	// Want and Found are types of JSON: "string", "number", "array", "object",
	// "boolean", "null" or "nothing"; Want may be two of them, such as "string or
	// array". Both are empty if the type is right and the value is not, such as a time
	// out of range.
	Want, Found string
}

// Error returns the text of ErrMalformed.
func (e *MalformedError) Error() string { return ErrMalformed.Error() }

// Is reports whether target is ErrMalformed.
func (e *MalformedError) Is(target error) bool { return target == ErrMalformed }

// NotAccessError is an ErrNotAccess that names the mark. Its fields are fit for a log:
// they hold nothing that a token chose.
type NotAccessError struct {
	// Claim is the path of the claim that marks the token, as the rule names it.
	Claim []string
	// Kind is the kind of token that the mark belongs to: "id", "refresh", "logout",
	// "event", "introspection", "proof" or "other". It is empty if the mark is a rule of
	// the dialect, which does not say.
	Kind string
}

// Error returns the text of ErrNotAccess.
func (e *NotAccessError) Error() string { return ErrNotAccess.Error() }

// Is reports whether target is ErrNotAccess.
func (e *NotAccessError) Is(target error) bool { return target == ErrNotAccess }

// RejectedError is an ErrRejected that names the rule. Its fields are fit for a log: they
// hold nothing that a token chose.
type RejectedError struct {
	// Claim is the path of the claim that the rule in Dialect.Reject is about.
	Claim []string
}

// Error returns the text of ErrRejected.
func (e *RejectedError) Error() string { return ErrRejected.Error() }

// Is reports whether target is ErrRejected.
func (e *RejectedError) Is(target error) bool { return target == ErrRejected }
