package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// hintOf returns the hint of the refusal err.
func hintOf(err error) string {
	var refusal *middleware.Error
	if errors.As(err, &refusal) {
		return refusal.Hint
	}
	return ""
}

// TestHintsAboutAnOutage: a request that gets 503 tells which fault the issuer has, and
// what to do about it.
func TestHintsAboutAnOutage(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.Down()
		_, err := o.auth.Verify(context.Background(), o.Mint(nil))
		if hint := hintOf(err); !strings.HasPrefix(hint, "start the issuer's server") ||
			!strings.HasSuffix(hint, " (connection_refused)") {
			t.Errorf("without keys: %v, %q", err, hint)
		}
	})
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.good(t, "at first")
		o.Rotate()
		o.Down()
		_, err := o.auth.Verify(context.Background(), o.Mint(nil))
		if hint := hintOf(err); !strings.HasPrefix(hint, "start the issuer's server") ||
			!strings.Contains(hint, "the known keys stay in use") {
			t.Errorf("a new key: %v, %q", err, hint)
		}
	})
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.SetJWKS([]byte(`<html>mallory</html>`))
		_, err := o.auth.Verify(context.Background(), o.Mint(nil))
		if hint := hintOf(err); !strings.HasPrefix(hint, "correct the address") ||
			strings.Contains(hint, "mallory") {
			t.Errorf("a page in the place of a key set: %v, %q", err, hint)
		}
	})
}

// TestHintAboutAnIssuerMismatch: the metadata names another issuer, as that of Oracle IDCS
// does: https://github.com/coreos/go-oidc/issues/240.
func TestHintAboutAnIssuerMismatch(t *testing.T) {
	var events []middleware.Event
	synctest.Test(t, func(t *testing.T) {
		issuer := testutil.NewIssuer(t, testutil.Options{
			InProcess: true, Keys: []string{"EdDSA"}, Issuer: "https://other.example.com",
		})
		auth, err := middleware.New(middleware.Config{
			Audiences:  []string{"this"},
			Issuers:    []middleware.Issuer{{URL: "http://127.0.0.1", MetadataURL: issuer.MetadataURL()}},
			HTTPClient: &http.Client{Transport: issuer},
			Observe:    func(_ context.Context, e middleware.Event) { events = append(events, e) },
		})
		if err != nil {
			t.Fatal(err)
		}
		_ = auth.Ready(t.Context())
		synctest.Wait()
	})
	const hint = "set Issuer.URL to the issuer that the metadata names, or Issuer.MetadataIssuer"
	if len(events) != 1 || events[0].Kind != middleware.EventKeysFailed ||
		events[0].Fault != "issuer_mismatch" ||
		!strings.HasPrefix(events[0].Hint, hint) {
		t.Errorf("%+v", events)
	}
}

// TestHintAboutAKeyOfAnotherIssuer: Entra's keys name the issuer that they sign for.
func TestHintAboutAKeyOfAnotherIssuer(t *testing.T) {
	h := newHinting(t, func(c *middleware.Config) {
		c.Issuers[0].JWKS = json.RawMessage(strings.Replace(string(c.Issuers[0].JWKS), `"kty"`,
			`"issuer":"https://other.example.com","kty"`, 1))
	})
	h.wants(t, middleware.ErrUnknownKey, "set Issuer.MetadataIssuer", "Bearer "+h.Mint(nil))
}

// TestHintAboutATenantThatDoesNotExist: the API's own register decides.
func TestHintAboutATenantThatDoesNotExist(t *testing.T) {
	h := newHinting(t, func(c *middleware.Config) {
		c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://id.example.com/{t}", "[a-z]+"
		c.Issuers[0].TenantExists = func(context.Context, string) (bool, error) { return false, nil }
	})
	h.wants(t, middleware.ErrUnknownIssuer, "Issuer.TenantExists does not know it",
		"Bearer "+h.Mint(map[string]any{"iss": "https://id.example.com/acme"}))
}
