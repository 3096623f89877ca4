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
