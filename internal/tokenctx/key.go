// Package tokenctx holds the context key of a verified token. Package middleware
// has a context type of its own that answers claims.FromContext, which saves an
// allocation per request. The shared key makes that possible without an exported
// name in package claims.
package tokenctx

import "context"

// Key is the context key of a *claims.Token.
type Key struct{}

// Within, if not nil, returns the context of the request that a framework's own context
// stands for, nil if it stands for none. The adapter of a framework whose contexts do not
// pass on the values of the request's sets it before main begins.
var Within func(context.Context) context.Context
