package middleware_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// secretsOf returns the parts of r that no response or log may have: its
// credentials, whole and in segments, the personal claims, and all key material.
func secretsOf(r *http.Request) []string {
	secrets := keyMaterial()
	for _, field := range []string{"Authorization", "Cookie", "Proxy-Authorization", "X-Token"} {
		for _, value := range r.Header[field] {
			for part := range strings.FieldsFuncSeq(value,
				func(c rune) bool { return c == ' ' || c == ',' || c == '=' }) {
				for segment := range strings.SplitSeq(part, ".") {
					if len(segment) >= 12 {
						secrets = append(secrets, segment)
					}
				}
			}
		}
	}
	return append(secrets, personal...)
}

// personal are values of claims and headers that the tests' tokens have.
var personal = []string{theSubject, "b1946ac9", "mallory", "evil.example", "user@example.net",
	"kid-of-the-attacker", "\x1b["}

var keyMaterial = sync.OnceValue(func() []string {
	var material []string
	for kid := range theKeys() {
		for name, value := range publicJWK(kid) {
			if text, _ := value.(string); len(text) > 12 && name != "kid" {
				material = append(material, text)
			}
		}
	}
	return material
})

// TestNothingLeaks shows that the search for leaks in the other tests can fail:
// every kind of secret is found in every place. It also searches the errors that
// callers of the library get.
func TestNothingLeaks(t *testing.T) {
	w := newWorld(t, nil)
	whole := good().token()
	r := bearing(whole)
	segments := strings.Split(whole, ".")
	row(t, "the search finds every secret in every place", "B-25 H-18 ATK-H20", func(t *testing.T) {
		secrets := map[string]string{
			"the token": whole, "the header": segments[0], "the payload": segments[1], "the signature": segments[2],
			"the subject": theSubject, "a key": publicJWK("ec")["x"].(string), "an inner error": "illegal base64 data",
		}
		for what, secret := range secrets {
			for place, o := range map[string]outcome{
				"body": {body: "x" + secret}, "header": {header: http.Header{"X": {secret}}},
				"log": {logged: "kid=" + secret}, "panic": {panic: fmt.Errorf("%s", secret)},
			} {
				if leaked(r, o) == "" {
					t.Errorf("%s in the %s is not found", what, place)
				}
			}
		}
		if found := leaked(r, outcome{body: "The access token expired",
			logged: "reason=expired client_id=deal-robot"}); found != "" {
			t.Error(found)
		}
	})
	row(t, "errors show no secret in any format", "B-25 BC-04 ATK-H20", func(t *testing.T) {
		for _, token := range []string{
			good().claim("exp", "1").token(), good().by("foreign-ec", "ES256").token(),
			good().head("kid", `"kid-of-the-attacker"`).token(),
			good().claim("iss", `"https://evil.example"`).token(), whole[:40],
			good().claim("cnf", `{"jkt":"mallory"}`).token(),
		} {
			r := bearing(token)
			_, err := w.auth.Check(r)
			if err == nil {
				t.Fatal("accepted")
			}
			text := fmt.Sprintf("%v %+v %#v", err, err, err)
			for e := err; e != nil; e = errors.Unwrap(e) {
				text += fmt.Sprintf("%+v %#v", e, e)
			}
			for _, secret := range secretsOf(r) {
				if len(secret) > 4 && strings.Contains(text, secret) {
					t.Errorf("%q in %s", secret, text)
				}
			}
		}
	})
	row(t, "a response has no text of an upstream error", "H-18 ATK-F08", func(t *testing.T) {
		w := newColdWorld(t, nil)
		w.origin.down = true
		w.rejects(t, bearing(good().token()), middleware.ErrUnavailable)
	})
	row(t, "no log has the key ID of a token", "P-14 ATK-B07 ATK-H21", func(t *testing.T) {
		for _, kid := range []string{"kid-of-the-attacker", "a\r\nlevel=ERROR mallory", "\x1b[31mmallory",
			strings.Repeat("mallory", 1000)} {
			w.rejects(t, bearing(good().head("kid", quoted(kid)).token()), middleware.ErrUnknownKey)
		}
	})
	row(t, "a Token does not print the raw token", "MCP-11", func(t *testing.T) {
		token, err := w.auth.Verify(t.Context(), whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{fmt.Sprintf("%v %+v %#v", token, token, token),
			fmt.Sprint(token.LogValue())} {
			for _, secret := range append(segments, theSubject,
				base64.RawURLEncoding.EncodeToString([]byte(theSubject))) {
				if strings.Contains(text, secret) {
					t.Errorf("%q in %s", secret, text)
				}
			}
		}
	})
}
