package ginauth

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/internal/tokenctx"
)

// A *gin.Context is a context, but passes on the values of the request's only with
// Engine.ContextWithFallback. claims.FromContext must not depend on that.
func init() { tokenctx.Within = within }

// within returns the context of the request that ctx, a *gin.Context or made from one,
// stands for. Releases of Gin differ in the key that finds their context or its request.
func within(ctx context.Context) context.Context {
	c, ok := ctx.(*gin.Context)
	if !ok {
		c, ok = ctx.Value("_gin-gonic/gin/contextkey").(*gin.Context)
	}
	if ok && c.Request != nil {
		return c.Request.Context()
	}
	if r, found := ctx.Value(0).(*http.Request); found && r != nil && !ok {
		return r.Context()
	}
	return nil
}

// pattern returns the route's pattern, "" where Gin has no way to tell it.
func pattern(c *gin.Context) string {
	if c, ok := any(c).(interface{ FullPath() string }); ok {
		return c.FullPath()
	}
	return ""
}
