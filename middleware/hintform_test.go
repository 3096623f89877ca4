package middleware_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A hinting is an API that keeps the last event about a rejected request.
type hinting struct {
	*testutil.Issuer
	auth  *middleware.Authenticator
	event middleware.Event
}

// newHinting returns an API whose configuration edit has changed, with the issuer's keys.
func newHinting(t testing.TB, edit func(*middleware.Config)) *hinting {
	t.Helper()
	h := &hinting{Issuer: testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})}
	config := middleware.Config{
		Audiences: []string{h.Audience()},
		Issuers:   []middleware.Issuer{{URL: h.URL(), JWKS: h.JWKS()}},
		Observe: func(_ context.Context, e middleware.Event) {
			if e.Kind == middleware.EventRefused {
				h.event = e
			}
		},
	}
	if edit != nil {
		edit(&config)
	}
	var err error
	if h.auth, err = middleware.New(config); err != nil {
		t.Fatal(err)
	}
	return h
}

// wants checks the event about a request with these Authorization fields.
func (h *hinting) wants(t *testing.T, reason middleware.Reason, hint string, fields ...string) {
	t.Helper()
	h.event = middleware.Event{}
	_, err := h.auth.Check(&http.Request{Header: http.Header{"Authorization": fields}})
	if h.event.Reason != reason || !strings.Contains(h.event.Hint, hint) ||
		(hint == "") != (h.event.Hint == "") {
		t.Errorf("%v, refused as %q with the hint %q, want %q with %q", err, h.event.Reason, h.event.Hint,
			reason, hint)
	}
}

func encoded(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// TestHintsAboutTheField: what the Authorization field has in the place of one token.
func TestHintsAboutTheField(t *testing.T) {
	h := newHinting(t, nil)
	token := h.Mint(nil)
	const none, malformed = middleware.ErrNoToken, middleware.ErrMalformedRequest
	for _, c := range []struct {
		name   string
		fields []string
		reason middleware.Reason
		hint   string
	}{
		{"no field", nil, none, ""},
		{"an empty field", []string{""}, none, "there is none"},
		{"the token alone", []string{token}, none, "write Bearer and a space"},
		{"another scheme", []string{"Token " + token}, none, "another scheme"},
		{"a password", []string{"Basic dTpw"}, none, "another scheme"},
		{"DPoP", []string{"DPoP " + token}, none, "without DPoP"},

		{"two fields", []string{"Bearer " + token, "Bearer " + token}, malformed, "there are several"},
		{"the scheme alone", []string{"Bearer"}, malformed, "there is none"},
		{"the scheme and spaces", []string{"Bearer  "}, malformed, "there is none"},
		{"padding", []string{"Bearer =="}, malformed, "there is none"},
		{"a colon", []string{"Bearer: " + token}, malformed, "exactly a space"},
		{"a tab", []string{"Bearer\t" + token}, malformed, "exactly a space"},
		{"the scheme twice", []string{"Bearer Bearer " + token}, malformed, "Bearer once"},
		{"two tokens", []string{"Bearer " + token + " " + token}, malformed, "send one token"},
		{"a list", []string{"Bearer " + token + "," + token}, malformed, "send one token"},
		{"a line break", []string{"Bearer " + token[:9] + "\n" + token[9:]}, malformed, "send one token"},
	} {
		t.Run(c.name, func(t *testing.T) { h.wants(t, c.reason, c.hint, c.fields...) })
	}
}

// TestHintsAboutTheForm: what was sent is no signed JWT. Auth0's access tokens are opaque
// or encrypted without an audience: https://github.com/auth0/nextjs-auth0/issues/1809 and
// https://github.com/auth0-samples/auth0-python-web-app/issues/68. An Application Load
// Balancer of AWS writes padding:
// https://github.com/awsdocs/elb-application-load-balancers-user-guide/issues/42.
func TestHintsAboutTheForm(t *testing.T) {
	h := newHinting(t, func(c *middleware.Config) { c.MaxTokenBytes = 4000 })
	good := strings.Split(h.Mint(nil), ".")
	header := func(json string) string { return encoded(json) + "." + good[1] + "." + good[2] }
	payload := func(json string) string { return good[0] + "." + encoded(json) + "." + good[2] }
	signed := func(json string) string { return h.Sign([]byte(`{"alg":"EdDSA"}`), []byte(json), "EdDSA") }
	for _, c := range []struct{ name, token, hint string }{
		{"too long", strings.Repeat("a", 4001), "Config.MaxTokenBytes"},
		{"one word", "mallory", "opaque"},
		{"other characters", "5|ZNDi5LnPM5rIx5mqGUfoGvnFnVrPYc9dhYmWGfLo", "opaque"},
		{"three words with dots", encoded("abc") + "." + encoded("def") + "." + encoded("ghi"), "opaque"},
		{"five parts", good[0] + "." + good[1] + "." + good[2] + ".AAAA.AAAA", "a JWE"},
		{"two parts", good[0] + "." + good[1], "whole token"},
		{"four parts", strings.Join(good, ".") + ".AAAA", "whole token"},
		{"no header", "." + good[1] + "." + good[2], "whole token"},
		{"quotation marks", `"` + strings.Join(good, ".") + `"`, "quotation marks"},
		{"percent-encoding", strings.Join(good, "%2E"), "percent-encoded"},
		{"a padded header", good[0] + "==." + good[1] + "." + good[2], "without padding"},
		{"a padded payload", good[0] + "." + good[1] + "=." + good[2], "without padding"},
		{"a padded signature", strings.Join(good, ".") + "=", "without padding"},
		{"another alphabet", good[0] + "." + good[1] + "+aaa." + good[2], "base64url"},
		{"other characters in a header", "!" + strings.Join(good, "."), "canonical base64url"},
		{"other characters in a payload", good[0] + ".!" + good[1] + "." + good[2], "canonical base64url"},
		{"other characters in a signature", strings.Join(good, ".") + "!", "canonical base64url"},

		{"a header of text", header(`{alg`), "header as RFC 7515 says"},
		{"no alg", header(`{"typ":"JWT"}`), "write alg"},
		{"alg a number", header(`{"alg":256}`), "write alg"},
		{"alg twice", header(`{"alg":"EdDSA","alg":"none"}`), "each name once"},
		{"ALG", header(`{"ALG":"EdDSA"}`), "each name once"},
		{"kid a number", header(`{"alg":"EdDSA","kid":7}`), "write kid as a string"},
		{"typ null", header(`{"alg":"EdDSA","typ":null}`), "write typ as a string"},
		{"crit", header(`{"alg":"EdDSA","crit":["mallory"]}`), "leave crit out"},
		{"b64", header(`{"alg":"EdDSA","b64":false}`), "leave b64 out"},
		{"zip", header(`{"alg":"EdDSA","zip":"DEF"}`), "encrypting or compressing"},
		{"a token in it", header(`{"alg":"EdDSA","cty":"JWT"}`), "the inner token"},
		{"a long header", header(`{"alg":"","x":"` + strings.Repeat("x", 1200) + `"}`),
			"header as RFC 7515 says"},

		{"text", payload(`mallory`), "one JSON object"},
		{"an array", payload(`[]`), "one JSON object"},
		{"a claim twice", payload(`{"iss":"a","iss":"b"}`), "each name once"},
		{"a great number", payload(`{"iss":"a","x":1e400}`), "range of a float64"},
		{"many levels", payload(`{"x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`),
			"32 levels"},

		{"no iss", signed(`{"sub":"mallory"}`), "DangerouslyAllowMissingIssuer"},
		{"iss a number", signed(`{"iss":7}`), "iss as a string: it is a number"},
		{"iss null", signed(`{"iss":null}`), "iss as a string: it is null"},
		{"iss an array", signed(`{"iss":["mallory"]}`), "iss as a string: it is an array"},
		{"iss an object", signed(`{"iss":{}}`), "iss as a string: it is an object"},
		{"iss a boolean", signed(`{"iss":true}`), "iss as a string: it is a boolean"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.wants(t, middleware.ErrMalformedToken, c.hint,
				"Bearer "+c.token)
		})
	}
}
