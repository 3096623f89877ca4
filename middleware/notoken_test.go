package middleware_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestNoTokenWithoutARequest verifies nothing, as a caller does whose message has no token.
func TestNoTokenWithoutARequest(t *testing.T) {
	w := newWorld(t, nil)
	if _, err := w.auth.Verify(t.Context(), ""); reasonOf(err) != middleware.ErrNoToken {
		t.Errorf("Verify: %v", err)
	}
	if _, err := w.auth.Decide(t.Context(), new(middleware.Request)); reasonOf(err) != middleware.ErrNoToken {
		t.Errorf("Decide: %v", err)
	}
}
