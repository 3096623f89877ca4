// Package middleware decides whether a request's bearer token lets it through.
//
// An [Authenticator] is made once, from a [Config] that names the API's
// audiences and the issuers it trusts. [Authenticator.Check] then answers for
// each request: a request whose context carries the verified token, or an error
// with the [Reason] of the refusal, which [Authenticator.Refuse] turns into
// status, challenge and body. The adapters (packages httpauth, echoauth and
// ginauth) do both for their frameworks.
//
// The steps of the decision are the files of this package, in this order:
// credential.go finds the one token of the request, header.go reads its header,
// issuer.go finds the issuer that iss names, internal/keyring the key,
// signature.go verifies, a claims.Dialect reads the claims, validate.go judges
// them, and package scopes says whether they are enough for the route. Any
// error ends in refuse.go.
package middleware
