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
// # What is strict
//
// A claim that decides must have its type, and a claim that decides nothing spoils
// nothing:
//
//   - A claim that is null is absent, in every place: for what is read, for rules, for
//     marks and for Required. An token without exp is malformed.
//   - exp, nbf and iat must be numbers in range, iss a string, the audience and the scopes
//     strings or arrays of strings, subject, client id and ID strings. Of any other type
//     they are malformed.
//   - An empty subject is malformed unless Dialect.EmptySubject is set. An empty client
//     id or ID is absent: the next claim that may hold it counts. No empty name passes for
//     an identity: package middleware rejects a token that names neither a subject nor a
//     client.
//   - acr, amr and auth_time of another type are absent, so that no requirement about the
//     login holds. Roles, groups, tenant and source system of another type grant and name
//     nothing.
//   - All other claims are not looked at. Package middleware rejects a token with a claim
//     whose name differs only in case from one that decides, or that the dialect reads
//     ("EXP", "Groups"): [Dialect.CaseVariants].
//
// # Tokens of another kind
//
// Every dialect rejects ID, refresh and logout tokens, security events, introspection
// responses and proofs by the marks that issuers write into them. These are claims such as
// at_hash, events and ati, and the claims that name a token's kind: typ, token_type,
// token_use, type and others, in all spellings, with words such as refresh-token and
// id_token. Words that issuers write into access tokens are not among them.
// Dialect.DangerouslyIgnoreMarks switches off a mark that an issuer writes into its access
// tokens.
//
// This package does not verify tokens. Package middleware checks signature,
// issuer, audience and times before a handler sees a Token.
package claims
