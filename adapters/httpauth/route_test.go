package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
)

// TestRouteIsNoPath: a refusal names the pattern of its route, never what the client wrote.
func TestRouteIsNoPath(t *testing.T) {
	auth, _ := testauth.New(t)
	guard := httpauth.Require(auth)
	inside, outside := http.NewServeMux(), http.NewServeMux()
	ok := func(http.ResponseWriter, *http.Request) {}
	inside.Handle("GET /deals/{id}", guard(http.HandlerFunc(ok)))
	outside.HandleFunc("GET /deals/{id}", ok)
	for _, c := range []struct {
		name string
		h    http.Handler
		path string
		want string
	}{
		{"behind the mux", inside, "/deals/secret", "GET /deals/{id}"},
		{"in front of the mux", guard(outside), "/deals/secret", ""},
		{"no such route", guard(outside), "/secret", ""},
	} {
		if got := testauth.Route(t, c.h, c.path); got != c.want {
			t.Errorf("%s: route %q, want %q", c.name, got, c.want)
		}
	}
}
