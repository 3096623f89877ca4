package ginauth_test

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
)

// TestRouteIsNoPath: a refusal names the pattern of its route, never what the client wrote.
func TestRouteIsNoPath(t *testing.T) {
	auth, _ := testauth.New(t)
	guard := ginauth.Require(auth)
	ok := func(*gin.Context) {}
	inside, used := gin.New(), gin.New()
	inside.GET("/deals/:id", guard, ok)
	used.Use(guard)
	used.GET("/deals/:id", ok)
	matched := "/deals/:id"
	if _, ok := any(new(gin.Context)).(interface{ FullPath() string }); !ok {
		matched = "" // the release has no way to tell it
	}
	for _, c := range []struct {
		name string
		e    *gin.Engine
		path string
		want string
	}{
		{"of the route", inside, "/deals/secret", matched},
		{"Use", used, "/deals/secret", matched},
		{"Use and no such route", used, "/secret", ""},
		{"Use and nearly a route", used, "/deals/secret/x", ""},
	} {
		if got := testauth.Route(t, c.e, c.path); got != c.want {
			t.Errorf("%s: route %q, want %q", c.name, got, c.want)
		}
	}
}
