// Package bearerguard is the root of a module that validates OAuth 2.0 access
// tokens (JWT) in HTTP APIs and tells their handlers who is calling. Tokens may be
// bound to a key of their client, by DPoP or mutual TLS.
//
// The package itself is empty. Start with package middleware for the
// configuration, and with an adapter, httpauth, echoauth or ginauth, for the
// routes. Handlers need package claims, and tests package testutil.
package bearerguard
