package middleware

// A Reason says why a request was refused. It is the one vocabulary for errors,
// metrics, logs and documentation: a Reason is an error to compare with
// errors.Is, a label of bounded cardinality, and a word to look up.
type Reason string

// The reasons, each with the status it is answered with.
const (
	// ErrNoToken: the request carries no bearer token (401, no error code).
	ErrNoToken Reason = "no_token"
	// ErrMalformedRequest: the Authorization field is repeated or is not one
	// token (400).
	ErrMalformedRequest Reason = "malformed_request"
	// ErrMalformedToken: the token is no JWT as the RFCs have it (401).
	ErrMalformedToken Reason = "malformed_token"
	// ErrUnknownIssuer: no configured issuer has exactly this iss (401).
	ErrUnknownIssuer Reason = "unknown_issuer"
	// ErrUnknownKey: the issuer has no such key for this algorithm (401).
	ErrUnknownKey Reason = "unknown_key"
	// ErrWrongAlgorithm: the algorithm is not allowed for the issuer (401).
	ErrWrongAlgorithm Reason = "wrong_algorithm"
	// ErrBadSignature: the signature does not hold (401).
	ErrBadSignature Reason = "bad_signature"
	// ErrNotAccessToken: the token is an ID, refresh, logout or other token (401).
	ErrNotAccessToken Reason = "not_access_token"
	// ErrWrongAudience: the token was issued for another API (401).
	ErrWrongAudience Reason = "wrong_audience"
	// ErrExpired: exp has passed, or the token is older than allowed (401).
	ErrExpired Reason = "expired"
	// ErrNotYetValid: nbf or iat lies in the future (401).
	ErrNotYetValid Reason = "not_yet_valid"
	// ErrRejected: the issuer's own rule or the dialect's refused the token (401).
	ErrRejected Reason = "rejected"
	// ErrRevoked: the API's denylist names the token (401).
	ErrRevoked Reason = "revoked"
	// ErrNotHolder: the token is bound to a key (cnf) and came without proof (401).
	ErrNotHolder Reason = "not_holder"
	// ErrInsufficientScope: the token is good and does not cover the route (403).
	ErrInsufficientScope Reason = "insufficient_scope"
	// ErrInsufficientAuthentication: the token is good, its user must authenticate
	// anew or more strongly (401, RFC 9470).
	ErrInsufficientAuthentication Reason = "insufficient_user_authentication"
	// ErrUnavailable: a key source or a store is out of reach (503).
	ErrUnavailable Reason = "unavailable"
)

// Error returns the word itself, so that a label printed with %s equals the one in
// the log. With it errors.Is(err, middleware.ErrExpired) works.
func (r Reason) Error() string { return string(r) }
