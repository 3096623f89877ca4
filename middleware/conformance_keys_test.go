package middleware_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// keyedBy returns the world of an issuer that publishes this document.
func keyedBy(t *testing.T, document []byte) *world {
	w := newColdWorld(t, nil)
	w.origin.set(theIssuer+"/jwks", document)
	return w
}

// TestKeySets is about what an issuer publishes: RFC 7517.
func TestKeySets(t *testing.T) {
	g := good()
	ec := jwkWith("ec")
	row(t, "documents that are not key sets", "K-01", func(t *testing.T) {
		for _, text := range []string{"", "null", "[]", "{}", `{"keys":{}}`, `{"keys":null}`, `{"keys":[]}`,
			`{"Keys":[]}`, "<html></html>", `{"keys":[`, `"keys"`,
			string(keySet(ec)) + "x", `{"keys":[],"keys":[]}`} {
			w := keyedBy(t, []byte(text))
			w.rejects(t, bearing(g.token()), middleware.ErrUnavailable)
		}
		w := keyedBy(t, keySet(ec))
		w.serves(t, bearing(g.token()), "a key set")
		w.origin.set(theIssuer+"/jwks", []byte(`{"keys":[]}`))
		w.clock.Store(int64(time.Minute))
		w.rejects(t, bearing(g.head("kid", `"new"`).token()), unknownKey)
		w.serves(t, bearing(g.claim("jti", `"2"`).token()), "the last good set")
	})
	row(t, "a bad key does not make the others unusable",
		"K-02 K-03 K-08 K-12 K-13 P-07 ATK-B13 ATK-A22 ATK-A23 ATK-F12", func(t *testing.T) {
			rsaKey := publicJWK("rsa")
			for name, bad := range map[string]string{
				"no object": `"x"`, "null": `null`, "empty": `{}`, "unknown kty": `{"kty":"X","kid":"rsa"}`,
				"kty in capitals": `{"kty":"ec","kid":"rsa"}`,
				"duplicate n": `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"n":` +
					quoted(rsaKey["n"].(string)) + `,"e":"AQAB"}`,
				"e of 1":                `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"e":"AQ"}`,
				"even e":                `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"e":"Ag"}`,
				"huge n":                `{"kty":"RSA","kid":"rsa","n":"` + strings.Repeat("_", 2900) + `","e":"AQAB"}`,
				"n of another alphabet": `{"kty":"RSA","kid":"rsa","n":"` + strings.Repeat("+/", 200) + `","e":"AQAB"}`,
				"a point at infinity":   `{"kty":"EC","kid":"rsa","crv":"P-256","x":"","y":""}`,
				"a short x":             `{"kty":"EC","kid":"rsa","crv":"P-256","x":"AA","y":"AA"}`,
				"an unknown curve":      `{"kty":"EC","kid":"rsa","crv":"secp256k1","x":"AA","y":"AA"}`,
				"an Ed25519 key of 31 bytes": `{"kty":"OKP","kid":"rsa","crv":"Ed25519","x":"` +
					strings.Repeat("A", 41) + `A"}`,
				"X25519":       `{"kty":"OKP","kid":"rsa","crv":"X25519","x":"` + strings.Repeat("A", 43) + `"}`,
				"kid a number": `{"kty":"RSA","kid":1,"n":"AA","e":"AQAB"}`,
			} {
				w := keyedBy(t, []byte(`{"keys":[`+bad+`,`+strings.TrimSuffix(strings.TrimPrefix(string(keySet(ec)),
					`{"keys":[`), `]}`)+`]}`))
				w.serves(t, bearing(g.token()), name)
				w.rejects(t, bearing(g.signedBy("rsa", "RS256").token()), unknownKey)
			}
		})
	row(t, "one name for several keys", "K-09 CF-04 FA-08 ATK-B11", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("foreign-ec", "kid", "k"), jwkWith("rsa", "kid", "k"),
			jwkWith("ed", "kid", "k"), jwkWith("ec", "kid", "k")))
		for kid, alg := range map[string]string{"rsa": "RS256", "ed": "EdDSA", "ec": "ES256"} {
			w.serves(t, bearing(g.signedBy("k", alg).by(kid, alg).token()), alg)
		}
		w.rejects(t, bearing(g.head("kid", `"k"`).by("ec-other", "ES256").token()), badSignature)
	})
	row(t, "a token without kid where one key fits", "K-09", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("ec", "kid", nil), jwkWith("rsa")))
		w.serves(t, bearing(g.head("kid", "").token()), "no kid in either")
		w.serves(t, bearing(g.signedBy("rsa", "RS256").head("kid", "").token()), "no kid in the token")
		w.rejects(t, bearing(g.token()), unknownKey)
	})
	row(t, "a number with a zero in front is the same key", "K-14", func(t *testing.T) {
		raw := append([]byte{0}, bytesOf(t, publicJWK("rsa")["n"].(string))...)
		w := keyedBy(t, keySet(jwkWith("rsa", "n", b64url(raw)), jwkWith("rsa")))
		w.serves(t, bearing(g.signedBy("rsa", "RS256").token()), "named")
		w.serves(t, bearing(g.signedBy("rsa", "RS256").head("kid", "").token()), "the only one")
	})
	row(t, "keys come and go", "K-19 K-20 ATK-B14 ATK-G04", func(t *testing.T) {
		w := keyedBy(t, keySet(ec))
		old := bearing(g.token())
		w.serves(t, old, "the old key")
		w.origin.set(theIssuer+"/jwks", keySet(jwkWith("ec-other")))
		next := bearing(g.signedBy("ec-other", "ES256").token())
		w.serves(t, next, "the new key, at once")
		w.rejects(t, old, unknownKey)
	})
	row(t, "a flood of unknown keys", "K-17 ATK-F01 ATK-F03 ATK-K06", func(t *testing.T) {
		w := newWorld(t, nil)
		before, _ := w.origin.fetches()
		genuine := g.token()
		for i := range 2000 {
			if _, err := w.auth.Verify(t.Context(), g.head("kid",
				quoted("k"+strconv.Itoa(i))).token()); reasonOf(err) != unknownKey {
				t.Fatal(err)
			}
		}
		if _, err := w.auth.Verify(t.Context(), genuine); err != nil {
			t.Error(err)
		}
		if after, _ := w.origin.fetches(); after-before > 3 {
			t.Errorf("%d fetches", after-before)
		}
	})
	row(t, "a flood while there are no keys", "K-17 ATK-F02", func(t *testing.T) {
		w := keyedBy(t, []byte(`{"keys":[]}`))
		for range 300 {
			if _, err := w.auth.Verify(t.Context(), g.token()); reasonOf(err) != middleware.ErrUnavailable {
				t.Fatal(err)
			}
		}
		if n, _ := w.origin.fetches(); n > 6 {
			t.Errorf("%d fetches", n)
		}
	})
	row(t, "no fetch for a token that no key can verify", "J-22 ATK-F04 ATK-K06", func(t *testing.T) {
		w := newColdWorld(t, nil)
		for range 50 {
			for _, token := range []string{g.head("alg", `"none"`).input() + ".", hmacToken(g, []byte("x")), "a.b.c",
				g.claim("iss", `"https://evil.example"`).token(),
				g.head("typ", `"dpop+jwt"`).token(), g.head("crit", "[]").token(), g.claim("iss", "").token()} {
				if _, err := w.auth.Verify(t.Context(), token); err == nil || reasonOf(err) == middleware.ErrUnavailable {
					t.Fatal(err)
				}
			}
		}
		if n, unexpected := w.origin.fetches(); n != 0 || unexpected != nil {
			t.Errorf("%d fetches, %q", n, unexpected)
		}
	})
	row(t, "an outage after the keys are known", "K-18 ATK-F11 MD-10", func(t *testing.T) {
		w := newWorld(t, nil)
		w.origin.down = true
		for _, later := range []time.Duration{time.Second, time.Hour, 20 * time.Hour} {
			w.clock.Store(int64(later))
			w.serves(t, bearing(g.claim("exp", at(later+time.Hour)).token()), later.String())
		}
		w.clock.Store(int64(25 * time.Hour))
		w.rejects(t, bearing(g.claim("exp", at(26*time.Hour)).token()), middleware.ErrUnavailable)
	})
	row(t, "a caller that gives up", "K-23 ATK-F10", func(t *testing.T) {
		w := newColdWorld(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, first := w.auth.Verify(ctx, g.token())
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := w.auth.Verify(t.Context(), g.token()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if first != nil && (reasonOf(first) != "" || !errors.Is(first, context.Canceled)) {
			t.Error(first)
		}
	})
	row(t, "two issuers with one key id", "K-21 P-04 P-11 BC-02 ATK-B09 ATK-B10 ATK-D03", func(t *testing.T) {
		const second = "https://second.example"
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: second, Algorithms: []string{"RS256"}})
			c.Issuers[0].Algorithms = []string{"ES256"}
		})
		w.origin.serve(second, keySet(jwkWith("foreign-ec", "kid", "ec"), jwkWith("rsa")))
		other := g.claim("iss", quoted(second))
		w.serves(t, bearing(g.token()), "the first's")
		w.serves(t, bearing(other.signedBy("rsa", "RS256").token()), "the second's")
		w.rejects(t, bearing(g.by("foreign-ec", "ES256").token()), badSignature)
		w.rejects(t, bearing(other.token()), wrongAlgorithm)
		w.rejects(t, bearing(other.by("foreign-ec", "ES256").token()), wrongAlgorithm)
		w.rejects(t, bearing(g.signedBy("rsa", "RS256").token()), wrongAlgorithm)
		w.rejects(t, bearing(other.claim("iss", "").token()), malformed)
	})
	row(t, "a key that names its issuer", "K-21 MD-14 ATK-B10", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("ec", "issuer", "https://other.example"),
			jwkWith("ec-other", "issuer", theIssuer)))
		w.rejects(t, bearing(g.token()), unknownKey)
		w.serves(t, bearing(g.signedBy("ec-other", "ES256").token()), "its own")
	})
	row(t, "many at once while keys change", "ATK-F13", func(t *testing.T) {
		w := newWorld(t, nil)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for n := range 20 {
					kid := []string{"ec", "ec-other"}[(i+n)%2]
					if _, err := w.auth.Verify(t.Context(), g.signedBy(kid, "ES256").token()); err != nil {
						t.Error(err)
					}
					w.origin.set(theIssuer+"/jwks", theKeySet())
				}
			})
		}
		all.Wait()
	})
}
