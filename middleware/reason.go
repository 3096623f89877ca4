package middleware

// A Reason says why a request was rejected. It is the one word for errors,
// metrics, logs and documentation: compare it with errors.Is, use it as a label
// of bounded cardinality, look it up here.
type Reason string

// The reasons, each with the status of its response.
const (
	// ErrNoToken: the request carries no bearer token (401, no error code).
	ErrNoToken Reason = "no_token"
	// ErrMalformedRequest: the Authorization field is repeated or does not hold
	// exactly one token, or more than one place of Config.Credentials has one (400).
	ErrMalformedRequest Reason = "malformed_request"
	// ErrCrossOrigin: the token is in a cookie, and a page of another origin may have
	// sent the request (403, no error code).
	ErrCrossOrigin Reason = "cross_origin"
	// ErrMalformedToken: the token is not a JWT as its RFCs define it (401).
	ErrMalformedToken Reason = "malformed_token"
	// ErrUnknownIssuer: no configured issuer has exactly this iss (401).
	ErrUnknownIssuer Reason = "unknown_issuer"
	// ErrUnknownKey: the issuer has no such key for this algorithm (401).
	ErrUnknownKey Reason = "unknown_key"
	// ErrWrongAlgorithm: the issuer may not use this algorithm (401).
	ErrWrongAlgorithm Reason = "wrong_algorithm"
	// ErrBadSignature: the signature is invalid (401).
	ErrBadSignature Reason = "bad_signature"
	// ErrNotAccessToken: the token is an ID, refresh, logout or other token (401).
	ErrNotAccessToken Reason = "not_access_token"
	// ErrWrongAudience: the token was issued for another API (401).
	ErrWrongAudience Reason = "wrong_audience"
	// ErrExpired: exp has passed, or the token is older than Issuer.MaxAge (401).
	ErrExpired Reason = "expired"
	// ErrNotYetValid: nbf or iat lies in the future (401).
	ErrNotYetValid Reason = "not_yet_valid"
	// ErrRejected: Issuer.Validate or a rule of the dialect rejects the token (401).
	ErrRejected Reason = "rejected"
	// ErrRevoked: Config.Revoked names the token (401).
	ErrRevoked Reason = "revoked"
	// ErrNotHolder: the token is bound to a key (cnf) that the caller has not shown to
	// hold, or it is bound to none where a key is demanded (401).
	ErrNotHolder Reason = "not_holder"
	// ErrBadProof: the DPoP proof of the request is missing or not valid (401,
	// invalid_dpop_proof).
	ErrBadProof Reason = "bad_proof"
	// ErrReplayed: the DPoP proof was used before (401, invalid_dpop_proof).
	ErrReplayed Reason = "replayed"
	// ErrNonceNeeded: the DPoP proof must carry the nonce that the response has (401,
	// use_dpop_nonce).
	ErrNonceNeeded Reason = "nonce_needed"
	// ErrInsufficientScope: the token is valid and does not cover the route (403).
	ErrInsufficientScope Reason = "insufficient_scope"
	// ErrInsufficientAuthentication: the token is valid, but its user must
	// authenticate again or more strongly (401, RFC 9470).
	ErrInsufficientAuthentication Reason = "insufficient_user_authentication"
	// ErrUnavailable: an issuer's keys or the API's own store cannot be reached, or
	// the issuer cannot be reached to look for a new key (503).
	ErrUnavailable Reason = "unavailable"
)

// reasons are all of them.
var reasons = []Reason{
	ErrNoToken, ErrMalformedRequest, ErrCrossOrigin, ErrMalformedToken, ErrUnknownIssuer, ErrUnknownKey,
	ErrWrongAlgorithm, ErrBadSignature, ErrNotAccessToken, ErrWrongAudience, ErrExpired, ErrNotYetValid,
	ErrRejected, ErrRevoked, ErrNotHolder, ErrBadProof, ErrReplayed, ErrNonceNeeded, ErrInsufficientScope,
	ErrInsufficientAuthentication, ErrUnavailable,
}

// Error returns the word itself, so that a label printed with %s equals the word
// in the log. It makes errors.Is(err, middleware.ErrExpired) work.
func (r Reason) Error() string { return string(r) }
