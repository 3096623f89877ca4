// Package bearerguard protects HTTP APIs: it validates the OAuth 2.0 bearer
// tokens of incoming requests and tells handlers who is calling.
//
// The package itself is empty. Start with package middleware for the
// configuration and with one of the adapters, httpauth, echoauth or ginauth,
// for the routes; handlers need package claims, tests package testutil.
package bearerguard
