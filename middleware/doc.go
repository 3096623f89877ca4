// Package middleware decides whether the bearer token of a request (RFC 6750) is an
// access token that this API accepts, and whether it permits the request.
//
// An [Authenticator] is made once, from a [Config] that names the API's audiences and
// the issuers it trusts. [Authenticator.Check] returns the request with the verified
// token in its context, or an error with the [Reason] of the rejection.
// [Authenticator.Refuse] turns that error into the status, the header fields and the
// body of the response. The adapters (packages httpauth, echoauth and ginauth) call
// both for their frameworks.
//
// A token that is bound to a key of its client is accepted with a proof of possession: by
// DPoP (RFC 9449), which [Config].DPoP switches on, or by a client certificate (RFC 8705),
// which [Config].Certificates switches on. Without them it is rejected.
//
// # Reading the source
//
// request.go holds what the decision sees of a request, and admission.go what it gives for
// one that passes. check.go holds the decision as a list of steps. decision.go holds what the steps
// share: what is known about the token so far, and why it is rejected. Each step is in
// the file of its name, in this order:
//
//   - credential.go: the one token of the request, in one of the places of places.go
//   - cached.go: whether the same token was verified before
//   - form.go: length, three segments, header and payload
//   - findissuer.go: the trusted issuer that iss names
//   - key.go: algorithm, typ, and the issuer's keys for them
//   - signature.go: the key that verifies the signature
//   - claims.go: the claims, of an access token only, and its binding to a key
//   - audience.go: whether the token was issued for this API
//   - times.go: exp, nbf, iat
//   - possession.go: whether the caller holds the keys to which the token is bound, with
//     checkproof.go for DPoP and checkcertificate.go for mutual TLS
//   - rules.go: Issuer.Validate and Config.Revoked
//   - enrich.go: what the API itself knows about the caller
//   - permission.go: the requirements of the route
//   - checkproof.go: that the proof was not used before, last of all
//
// refuse.go makes the response to a rejected request. config.go and issuer.go hold the
// configuration, before and after it was checked. Below them, internal/jws reads
// headers and verifies signatures, internal/keyring fetches and keeps keys,
// internal/tokencache keeps verified tokens, internal/dpop checks proofs, internal/replay
// remembers used ones, and internal/clientcert reads the certificates in a proxy's field.
package middleware
