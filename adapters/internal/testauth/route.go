package testauth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// Route returns the Route of the error with which a guard in h rejects a request for path
// that has no token.
func Route(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	caller := middleware.Witness(r.Context())
	h.ServeHTTP(httptest.NewRecorder(), r.WithContext(caller))
	var e *middleware.Error
	if !errors.As(caller.Rejection(), &e) || e.Method != http.MethodGet {
		t.Fatalf("%s: %v, want a rejected GET", path, caller.Rejection())
	}
	return e.Route
}
