// Package claims describes what a verified access token says.
//
// A handler needs only [FromContext] and the fields of [Token]. Whoever meets a
// new family of issuers writes a [Dialect]: data that tells where the family
// puts the client, the tenant, the source system, the scopes and the roles.
//
// The package reads tokens and trusts none: that a Token is genuine, current
// and meant for this API is package middleware's doing.
package claims
