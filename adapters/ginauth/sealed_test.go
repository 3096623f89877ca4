package ginauth_test

import (
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
)

// TestErrorMiddlewareAppendsNothing puts a middleware in front of the guard that writes a
// body for every error, as many APIs have one.
func TestErrorMiddlewareAppendsNothing(t *testing.T) {
	auth, _ := testauth.New(t)
	errors := 0
	body := func(before ...gin.HandlerFunc) string {
		engine := gin.New()
		engine.GET("/", append(before, ginauth.Require(auth), func(*gin.Context) {})...)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 401 {
			t.Errorf("status %d", w.Code)
		}
		return w.Body.String()
	}
	want := body()
	got := body(func(c *gin.Context) {
		c.Next()
		for _, err := range c.Errors {
			errors++
			c.JSON(500, gin.H{"error": err.Error()})
			c.String(500, "failed")
		}
	})
	if got != want || errors != 1 {
		t.Errorf("body %q after %d errors, want %q", got, errors, want)
	}
}
