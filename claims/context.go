package claims

import (
	"context"

	"github.com/bearerguard/bearerguard/internal/tokenctx"
)

// NewContext returns a context that carries t. The guards call it for handlers;
// a handler's own tests call it to stand in for a guard.
func NewContext(ctx context.Context, t *Token) context.Context {
	return context.WithValue(ctx, tokenctx.Key{}, t)
}

// FromContext returns the token that a guard admitted, and whether there is one.
func FromContext(ctx context.Context) (*Token, bool) {
	t, ok := ctx.Value(tokenctx.Key{}).(*Token)
	return t, ok && t != nil
}
