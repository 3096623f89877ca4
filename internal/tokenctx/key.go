// Package tokenctx holds the context key of a verified token. Package middleware
// has a context type of its own that answers claims.FromContext, which saves an
// allocation per request. The shared key makes that possible without an exported
// name in package claims.
package tokenctx

// Key is the context key of a *claims.Token.
type Key struct{}
