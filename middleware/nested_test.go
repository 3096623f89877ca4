package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestAnInnerGuardKnowsThatTheKeyLeft withdraws the key of an admitted request between two
// guards.
func TestAnInnerGuardKnowsThatTheKeyLeft(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()}, Issuers: []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := false
	inner := httpauth.Require(auth)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = true }))
	outer := httpauth.Require(auth)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer.RotateAndDrop()
		if _, err := auth.Verify(r.Context(), issuer.Mint(nil)); err != nil {
			t.Fatalf("the new key: %v", err)
		}
		inner.ServeHTTP(w, r)
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+issuer.Mint(nil))
	w := httptest.NewRecorder()
	outer.ServeHTTP(w, r)
	if ran || w.Code != http.StatusUnauthorized {
		t.Errorf("status %d, the handler ran: %v", w.Code, ran)
	}
}
