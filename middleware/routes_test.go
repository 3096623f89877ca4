package middleware_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestRoutes(t *testing.T) {
	read := []scopes.Requirement{scopes.Scope("read"), scopes.Any(scopes.Role("a"), scopes.Role("b"))}
	routes := middleware.Routes{
		{Method: "POST", Pattern: "/b"},
		{Pattern: "/c", Public: true},
		{Method: "GET", Pattern: "/b", Guarded: true, Need: read},
		{Pattern: "/a", Optional: true},
		{Method: "GET", Pattern: "/c", Guarded: true, Optional: true, Public: true},
		{Pattern: "/d"},
	}
	const want = `* /a: public, token optional
GET /b: read and (role:a or role:b)
POST /b: UNDECIDED
* /c: public
GET /c: any good token
* /d: UNDECIDED
`
	if got := routes.String(); got != want {
		t.Errorf("routes:\n%swant\n%s", got, want)
	}
	const missing = "bearerguard: guard POST /b or mark it public\nbearerguard: guard * /d or mark it public"
	if err := routes.Check(); err == nil || err.Error() != missing {
		t.Errorf("Check: %v, want\n%s", err, missing)
	}
	if err := routes[1:5].Check(); err != nil {
		t.Errorf("Check: %v, want nil", err)
	}
}
