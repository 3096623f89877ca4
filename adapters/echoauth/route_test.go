package echoauth_test

import (
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
)

// TestRouteIsNoPath: a refusal names the pattern of its route, never what the client wrote.
func TestRouteIsNoPath(t *testing.T) {
	auth, _ := testauth.New(t)
	guard := echoauth.Require(auth)
	ok := func(echo.Context) error { return nil }
	inside, used, before := echo.New(), echo.New(), echo.New()
	inside.GET("/deals/:id", ok, guard)
	used.GET("/deals/:id", ok)
	used.Use(guard)
	before.GET("/deals/:id", ok)
	before.Pre(guard)
	for _, c := range []struct {
		name string
		e    *echo.Echo
		path string
		want string
	}{
		{"of the route", inside, "/deals/secret", "/deals/:id"},
		{"Use", used, "/deals/secret", "/deals/:id"},
		{"Use and no such route", used, "/secret", ""},
		{"Use and nearly a route", used, "/deals/secret/x", "/deals/:id"},
		{"Pre", before, "/deals/secret", ""},
	} {
		if got := testauth.Route(t, c.e, c.path); got != c.want {
			t.Errorf("%s: route %q, want %q", c.name, got, c.want)
		}
	}
}
