package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// chain returns Authenticators for three issuers: the first admits the tokens of all, the
// second those of the last two.
func chain(t *testing.T) (all [3]*middleware.Authenticator, issuers [3]*testutil.Issuer) {
	t.Helper()
	for i := 2; i >= 0; i-- {
		issuers[i] = testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
		config := middleware.Config{
			Audiences: []string{issuers[i].Audience()}, Issuers: []middleware.Issuer{{URL: issuers[i].URL()}},
			Resource: "https://" + string(rune('a'+i)) + ".example.com",
		}
		if i == 2 {
			config.Credentials = []middleware.Credential{{Scheme: "Bearer"}, {Header: "X-Token"}}
		}
		var err error
		if all[i], err = middleware.New(config); err != nil {
			t.Fatal(err)
		}
	}
	all[1] = all[1].Or(all[2])
	all[0] = all[0].Or(all[1])
	return all, issuers
}

// TestOr sends tokens of three issuers through nested guards of the first Authenticator.
func TestOr(t *testing.T) {
	all, issuers := chain(t)
	guard := httpauth.Require(all[0])
	for i, issuer := range issuers {
		token := issuer.Mint(map[string]any{"scope": "deals-read"})
		var stream error
		raw := ""
		handler := guard(httpauth.Require(all[0], scopes.Scope("deals-read"))(http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				ctx, stop := all[0].Stream(r.Context())
				stream, raw = ctx.Err(), all[0].RawToken(r.Context())
				stop()
				all[0].RemoveCredential(r)
				if r.Header.Get("Authorization") != "" {
					t.Error("the credential is still there")
				}
			})))
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || stream != nil || raw != token {
			t.Errorf("issuer %d: status %d, stream %v, the token is there: %v", i, w.Code, stream, raw == token)
		}
		for j, auth := range all {
			stats, want := auth.Stats(), uint64(0)
			if j <= i {
				want = 1
			}
			if n := stats.AdmittedVerified + stats.AdmittedCached; n != want {
				t.Errorf("after issuer %d, Authenticator %d has admitted %d requests, want %d", i, j, n, want)
			}
			for reason, n := range stats.Refused {
				if n > 0 {
					t.Errorf("Authenticator %d has counted %d refusals, %s", j, n, reason)
				}
			}
		}
	}
	if raw := all[0].RawToken(t.Context()); raw != "" {
		t.Errorf("without an admission RawToken returns %q", raw)
	}
}

// TestTheResponsesOfOr refuses a request and reads the metadata.
func TestTheResponsesOfOr(t *testing.T) {
	all, _ := chain(t)
	httpauth.Require(all[0], scopes.Scope("deals-read"))
	w := httptest.NewRecorder()
	all[0].WriteRefusal(w, httptest.NewRequest("GET", "/", nil), middleware.ErrMalformedRequest)
	if body := w.Body.String(); !strings.Contains(body, "exactly one access token") {
		t.Errorf("tokens can be in other fields than Authorization: %s", body)
	}
	if challenges := w.Header()["Www-Authenticate"]; len(challenges) != 1 ||
		!strings.Contains(challenges[0], "a.example.com") {
		t.Errorf("the challenges of one realm are %q", challenges)
	}
	for i, auth := range all {
		w := httptest.NewRecorder()
		auth.MetadataHandler().ServeHTTP(w, httptest.NewRequest("GET", auth.MetadataPaths()[0], nil))
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, "deals-read") {
			t.Errorf("metadata %d: %d %s", i, w.Code, body)
		}
	}
}
