package claims

import (
	"context"

	"github.com/bearerguard/bearerguard/internal/tokenctx"
)

// NewContext returns a copy of ctx that carries t. Package middleware calls it
// for handlers; the tests of a handler call it instead of a guard.
func NewContext(ctx context.Context, t *Token) context.Context {
	return context.WithValue(ctx, tokenctx.Key{}, t)
}

// FromContext returns the verified token of a request, given the request's
// context. It returns nil and false if no guard stands before the handler, or if
// the guard is optional and the request has no token. ctx may also be a *gin.Context.
func FromContext(ctx context.Context) (*Token, bool) {
	t, ok := ctx.Value(tokenctx.Key{}).(*Token)
	if !ok && tokenctx.Within != nil {
		if inner := tokenctx.Within(ctx); inner != nil {
			t, ok = inner.Value(tokenctx.Key{}).(*Token)
		}
	}
	return t, ok && t != nil
}
