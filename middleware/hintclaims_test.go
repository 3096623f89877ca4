package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestHintsAboutTypes: a claim that decides has another type than its RFC says. Times as
// text come from https://github.com/auth0/node-jsonwebtoken/issues/293.
func TestHintsAboutTypes(t *testing.T) {
	const malformed, notAccess = middleware.ErrMalformedToken, middleware.ErrNotAccessToken
	for _, c := range []struct {
		claim, value string
		reason       middleware.Reason
		hint         string
	}{
		{"exp", `"4102444800"`, malformed, "write exp as a number: it is a string"},
		{"exp", `null`, malformed, "write exp"},
		{"exp", `4102444800000`, malformed, "write exp in seconds since 1970"},
		{"iat", `"1700000000"`, malformed, "write iat as a number: it is a string"},
		{"nbf", `{}`, malformed, "write nbf as a number: it is an object"},
		{"sub", `7`, malformed, "write sub as a string: it is a number"},
		{"sub", `["mallory"]`, malformed, "write sub as a string: it is an array"},
		{"sub", `""`, malformed, "a value that is not empty into sub"},
		{"jti", `true`, malformed, "write jti as a string: it is a boolean"},
		{"aud", `1`, malformed, "write aud as"},
		{"scope", `7`, malformed, "write scope as"},
		{"nonce", `"mallory"`, notAccess, "it sent an ID token, as its claim nonce says"},
		{"at_hash", `"mallory"`, notAccess, "it sent an ID token, as its claim at_hash says"},
		{"token_use", `"refresh"`, notAccess, "it sent a refresh token, as its claim token_use says"},
		{"events", `{}`, notAccess, "it sent a security event token, as its claim events says"},
	} {
		t.Run(c.claim+" "+c.value, func(t *testing.T) {
			h := newHinting(t, nil)
			h.wants(t, c.reason, c.hint, "Bearer "+h.Mint(map[string]any{c.claim: json.RawMessage(c.value)}))
		})
	}
	t.Run("no exp", func(t *testing.T) {
		h := newHinting(t, nil)
		h.wants(t, malformed, "write exp: the token has none", "Bearer "+h.Mint(map[string]any{"exp": nil}))
	})
}

// TestNullAudience: where the audience has a substitute, aud decides nothing.
func TestNullAudience(t *testing.T) {
	for name, edit := range map[string]func(*middleware.Issuer){
		"clients":  func(i *middleware.Issuer) { i.AudienceFromClients = []string{"demo-client"} },
		"a scope":  func(i *middleware.Issuer) { i.AudienceFromScope = "deals-" },
		"its lack": func(i *middleware.Issuer) { i.DangerouslyAllowMissingAudience = true },
	} {
		payload := map[string]any{"aud": json.RawMessage("null"), "scope": "deals-read"}
		if _, err := verifyAs(t, []string{"this"}, edit, payload); err != nil {
			t.Errorf("instead of aud %s: %v", name, err)
		}
	}
	_, err := verifyAs(t, []string{"this"}, func(*middleware.Issuer) {},
		map[string]any{"aud": json.RawMessage("null")})
	if !errors.Is(err, middleware.ErrWrongAudience) || !strings.Contains(hintOf(err), "no aud") {
		t.Errorf("%v, %q", err, hintOf(err))
	}
}

// TestEveryDocumentHasWords: what a document looks like that is no key set is said.
func TestEveryDocumentHasWords(t *testing.T) {
	source, err := os.ReadFile("internal/jwks/looks.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Looks = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(found) < 10 {
		t.Fatalf("%d words in the source", len(found))
	}
	for _, match := range found {
		if middleware.LooksLike(match[1]) == "" {
			t.Errorf("nothing is said about %s", match[1])
		}
	}
}

// TestFailedFetchTellsWhy: the event tells of each key why it cannot be used, and what a
// document is that is no key set.
func TestFailedFetchTellsWhy(t *testing.T) {
	for _, c := range []struct{ name, document, fault, remark, hint string }{
		{"a shared secret", `{"keys":[{"kty":"oct","kid":"a",` +
			`"k":"c2VjcmV0"}]}`, "no_usable_keys", "a: symmetric", "publish a public key"},
		{"a key for encryption", `{"keys":[{"kty":"OKP","crv":"Ed25519",` +
			`"x":"` + strings.Repeat("A", 43) + `","use":"enc","kid":"b"}]}`,
			"no_usable_keys", "b: not_for_signature", "publish a public key"},
		{"metadata", `{"issuer":"https://mallory",` +
			`"jwks_uri":"https://mallory"}`, "not_a_key_set", "", "but the issuer's metadata"},
		{"an error", `{"error":"mallory"}`, "not_a_key_set", "", "but an error response"},
		{"a single key", `{"kty":"RSA","n":"mallory"}`, "not_a_key_set", "", "but a single key"},
		{"an array", `["mallory"]`, "not_a_key_set", "", "but an array"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var failed middleware.Event
			synctest.Test(t, func(t *testing.T) {
				issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
				issuer.SetJWKS([]byte(c.document))
				auth, err := middleware.New(middleware.Config{
					Audiences:  []string{"this"},
					Issuers:    []middleware.Issuer{{URL: issuer.URL()}},
					HTTPClient: &http.Client{Transport: issuer},
					Observe: func(_ context.Context, e middleware.Event) {
						if e.Kind == middleware.EventKeysFailed {
							failed = e
						}
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				_ = auth.Ready(t.Context())
				synctest.Wait()
			})
			if failed.Fault != c.fault || strings.Join(failed.Remarks, " ") != c.remark ||
				!strings.Contains(failed.Hint, c.hint) || strings.Contains(failed.Hint, "mallory") {
				t.Errorf("%+v, want %s, %q, %q", failed, c.fault, c.remark, c.hint)
			}
		})
	}
}
