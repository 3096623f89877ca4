package ginauth_test

import (
	"context"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/claims"
)

// TestContextOfGin looks for the token in the contexts that a handler of Gin has.
func TestContextOfGin(t *testing.T) {
	auth, token := testauth.New(t)
	type key struct{}
	for _, fallback := range []bool{false, true} {
		engine := gin.New()
		// Old releases have no such field.
		if field := reflect.ValueOf(engine).Elem().FieldByName("ContextWithFallback"); field.IsValid() {
			field.SetBool(fallback)
		}
		engine.GET("/guarded", ginauth.Require(auth), func(c *gin.Context) {
			for name, ctx := range map[string]context.Context{
				"the request's":   c.Request.Context(),
				"Gin's":           c,
				"made from Gin's": context.WithValue(c, key{}, 1),
				"a copy of Gin's": c.Copy(),
			} {
				if found, ok := claims.FromContext(ctx); !ok || found != ginauth.Token(c) {
					t.Errorf("fallback %v: no token in the context %s", fallback, name)
				}
			}
		})
		engine.GET("/open", func(c *gin.Context) {
			if _, ok := claims.FromContext(c); ok {
				t.Error("a token without a guard")
			}
		})
		for _, path := range []string{"/guarded", "/open"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			engine.ServeHTTP(w, r)
			if w.Code != 200 {
				t.Errorf("%s: status %d", path, w.Code)
			}
		}
	}
	if _, ok := claims.FromContext(&gin.Context{}); ok {
		t.Error("a token in a context without a request")
	}
}
