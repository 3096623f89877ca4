// Package claims holds what a verified access token says about its caller.
//
// A handler needs only [FromContext], the fields of [Token] and [Get]:
//
//	token, ok := claims.FromContext(r.Context())
//	if !ok {
//		// No guard stands before this route.
//	}
//	orders.ListFor(token.Tenant)
//
// A [Dialect] tells which claims of an issuer's tokens hold the client, the
// tenant, the source system, the scopes and the roles. Package dialects has the
// known families of issuers, and package claimstest tests a dialect against
// example payloads.
//
// This package does not verify tokens. Package middleware checks signature,
// issuer, audience and times before a handler sees a Token.
package claims
