package httpauth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
)

// TestPatternReachesOuterMiddleware puts guards in front of a ServeMux. Tracing further
// out names its spans by the pattern, also when the handler panics.
func TestPatternReachesOuterMiddleware(t *testing.T) {
	auth, token := testauth.New(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /deals/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("of the handler") })
	guarded := httpauth.Require(auth)(httpauth.Optional(auth)(mux))
	for _, c := range []struct{ path, token, want string }{
		{"/deals/7", token, "GET /deals/{id}"},
		{"/panic", token, "GET /panic"},
		{"/deals/7", "opaque", ""}, // no route was looked for
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		r.Header.Set("Authorization", "Bearer "+c.token)
		func() {
			defer func() { _ = recover() }()
			guarded.ServeHTTP(httptest.NewRecorder(), r)
		}()
		if r.Pattern != c.want {
			t.Errorf("%s: pattern %q, want %q", c.path, r.Pattern, c.want)
		}
	}
}
