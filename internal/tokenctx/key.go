// Package tokenctx holds the one context key under which a verified token
// travels. It exists so that package middleware can answer claims.FromContext
// from its own context type, which saves every request an allocation, without
// the key becoming part of anybody's public face.
package tokenctx

// Key is the context key of a *claims.Token.
type Key struct{}
