package middleware

// A Reason says why a request was refused. It is the one vocabulary for errors,
// metrics, logs and documentation: a Reason is an error to compare with
// errors.Is, a label of bounded cardinality, and a word to look up.
type Reason string

// The reasons, each with the status it is answered with.
const (
	// NoToken: the request carries no bearer token (401, no error code).
	NoToken Reason = "no_token"
	// MalformedRequest: the Authorization field is repeated or is not one
	// token (400).
	MalformedRequest Reason = "malformed_request"
	// MalformedToken: the token is no JWT as the RFCs have it (401).
	MalformedToken Reason = "malformed_token"
	// UnknownIssuer: no configured issuer has exactly this iss (401).
	UnknownIssuer Reason = "unknown_issuer"
	// UnknownKey: the issuer has no such key for this algorithm (401).
	UnknownKey Reason = "unknown_key"
	// WrongAlgorithm: the algorithm is not allowed for the issuer (401).
	WrongAlgorithm Reason = "wrong_algorithm"
	// BadSignature: the signature does not hold (401).
	BadSignature Reason = "bad_signature"
	// NotAccessToken: the token is an ID, refresh, logout or other token (401).
	NotAccessToken Reason = "not_access_token"
	// WrongAudience: the token was issued for another API (401).
	WrongAudience Reason = "wrong_audience"
	// Expired: exp has passed, or the token is older than allowed (401).
	Expired Reason = "expired"
	// NotYetValid: nbf or iat lies in the future (401).
	NotYetValid Reason = "not_yet_valid"
	// Rejected: the issuer's own rule or the dialect's refused the token (401).
	Rejected Reason = "rejected"
	// Revoked: the API's denylist names the token (401).
	Revoked Reason = "revoked"
	// NotHolder: the token is bound to a key (cnf) and came without proof (401).
	NotHolder Reason = "not_holder"
	// InsufficientScope: the token is good and does not cover the route (403).
	InsufficientScope Reason = "insufficient_scope"
	// InsufficientAuthentication: the token is good, its user must authenticate
	// anew or more strongly (401, RFC 9470).
	InsufficientAuthentication Reason = "insufficient_user_authentication"
	// Unavailable: a key source or a store is out of reach (503).
	Unavailable Reason = "unavailable"
)

// Error implements error, so that errors.Is(err, middleware.Expired) works.
func (r Reason) Error() string { return "bearerguard: " + string(r) }
