package middleware_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
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
	row(t, "K-01 documents that are no key set", func(t *testing.T) {
		for _, text := range []string{"", "null", "[]", "{}", `{"keys":{}}`, `{"keys":null}`, `{"keys":[]}`, `{"Keys":[]}`, "<html></html>", `{"keys":[`, `"keys"`,
			string(keySet(ec)) + "x", `{"keys":[],"keys":[]}`} {
			w := keyedBy(t, []byte(text))
			w.refused(t, bearing(g.token()), middleware.Unavailable)
		}
		w := keyedBy(t, keySet(ec))
		w.served(t, bearing(g.token()), "a key set")
		w.origin.set(theIssuer+"/jwks", []byte(`{"keys":[]}`))
		w.clock.Store(int64(time.Minute))
		w.refused(t, bearing(g.head("kid", `"new"`).token()), unknownKey)
		w.served(t, bearing(g.claim("jti", `"2"`).token()), "the last good set")
	})
	row(t, "K-02 K-03 K-08 K-12 K-13 P-07 ATK-B13 ATK-A22 ATK-A23 ATK-F12 a bad key costs itself alone", func(t *testing.T) {
		rsaKey := publicJWK("rsa")
		for name, bad := range map[string]string{
			"no object": `"x"`, "null": `null`, "empty": `{}`, "unknown kty": `{"kty":"X","kid":"rsa"}`, "kty in capitals": `{"kty":"ec","kid":"rsa"}`,
			"duplicate n": `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"n":` + quoted(rsaKey["n"].(string)) + `,"e":"AQAB"}`,
			"e of 1":      `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"e":"AQ"}`, "even e": `{"kty":"RSA","kid":"rsa","n":` + quoted(rsaKey["n"].(string)) + `,"e":"Ag"}`,
			"huge n": `{"kty":"RSA","kid":"rsa","n":"` + strings.Repeat("_", 2900) + `","e":"AQAB"}`, "n of another alphabet": `{"kty":"RSA","kid":"rsa","n":"` + strings.Repeat("+/", 200) + `","e":"AQAB"}`,
			"a point at infinity": `{"kty":"EC","kid":"rsa","crv":"P-256","x":"","y":""}`, "a short x": `{"kty":"EC","kid":"rsa","crv":"P-256","x":"AA","y":"AA"}`,
			"an unknown curve": `{"kty":"EC","kid":"rsa","crv":"secp256k1","x":"AA","y":"AA"}`, "an Ed25519 key of 31 bytes": `{"kty":"OKP","kid":"rsa","crv":"Ed25519","x":"` + strings.Repeat("A", 41) + `A"}`,
			"X25519": `{"kty":"OKP","kid":"rsa","crv":"X25519","x":"` + strings.Repeat("A", 43) + `"}`, "kid a number": `{"kty":"RSA","kid":1,"n":"AA","e":"AQAB"}`,
		} {
			w := keyedBy(t, []byte(`{"keys":[`+bad+`,`+strings.TrimSuffix(strings.TrimPrefix(string(keySet(ec)), `{"keys":[`), `]}`)+`]}`))
			w.served(t, bearing(g.token()), name)
			w.refused(t, bearing(g.signedBy("rsa", "RS256").token()), unknownKey)
		}
	})
	row(t, "K-09 CF-04 FA-08 ATK-B11 one name for several keys", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("foreign-ec", "kid", "k"), jwkWith("rsa", "kid", "k"), jwkWith("ed", "kid", "k"), jwkWith("ec", "kid", "k")))
		for kid, alg := range map[string]string{"rsa": "RS256", "ed": "EdDSA", "ec": "ES256"} {
			w.served(t, bearing(g.signedBy("k", alg).by(kid, alg).token()), alg)
		}
		w.refused(t, bearing(g.head("kid", `"k"`).by("ec-other", "ES256").token()), badSignature)
	})
	row(t, "K-09 a token without kid where one key fits", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("ec", "kid", nil), jwkWith("rsa")))
		w.served(t, bearing(g.head("kid", "").token()), "no kid in either")
		w.served(t, bearing(g.signedBy("rsa", "RS256").head("kid", "").token()), "no kid in the token")
		w.refused(t, bearing(g.token()), unknownKey)
	})
	row(t, "K-14 a number with a zero in front is the same key", func(t *testing.T) {
		raw := append([]byte{0}, bytesOf(t, publicJWK("rsa")["n"].(string))...)
		w := keyedBy(t, keySet(jwkWith("rsa", "n", b64url(raw)), jwkWith("rsa")))
		w.served(t, bearing(g.signedBy("rsa", "RS256").token()), "named")
		w.served(t, bearing(g.signedBy("rsa", "RS256").head("kid", "").token()), "the only one")
	})
	row(t, "K-19 K-20 ATK-B14 ATK-G04 keys come and go", func(t *testing.T) {
		w := keyedBy(t, keySet(ec))
		old := bearing(g.token())
		w.served(t, old, "the old key")
		w.origin.set(theIssuer+"/jwks", keySet(jwkWith("ec-other")))
		next := bearing(g.signedBy("ec-other", "ES256").token())
		w.served(t, next, "the new key, at once")
		w.refused(t, old, unknownKey)
	})
	row(t, "K-17 ATK-F01 ATK-F03 ATK-K06 a flood of unknown keys", func(t *testing.T) {
		w := newWorld(t, nil)
		before, _ := w.origin.fetches()
		genuine := g.token()
		for i := range 2000 {
			if _, err := w.auth.Verify(t.Context(), g.head("kid", quoted("k"+strconv.Itoa(i))).token()); reasonOf(err) != unknownKey {
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
	row(t, "K-17 ATK-F02 a flood while there are no keys", func(t *testing.T) {
		w := keyedBy(t, []byte(`{"keys":[]}`))
		for range 300 {
			if _, err := w.auth.Verify(t.Context(), g.token()); reasonOf(err) != middleware.Unavailable {
				t.Fatal(err)
			}
		}
		if n, _ := w.origin.fetches(); n > 6 {
			t.Errorf("%d fetches", n)
		}
	})
	row(t, "J-22 ATK-F04 ATK-K06 no fetch for what no key can help", func(t *testing.T) {
		w := newColdWorld(t, nil)
		for range 50 {
			for _, token := range []string{g.head("alg", `"none"`).input() + ".", hmacToken(g, []byte("x")), "a.b.c", g.claim("iss", `"https://evil.example"`).token(),
				g.head("typ", `"dpop+jwt"`).token(), g.head("crit", "[]").token(), g.claim("iss", "").token()} {
				if _, err := w.auth.Verify(t.Context(), token); err == nil || reasonOf(err) == middleware.Unavailable {
					t.Fatal(err)
				}
			}
		}
		if n, strangers := w.origin.fetches(); n != 0 || strangers != nil {
			t.Errorf("%d fetches, %q", n, strangers)
		}
	})
	row(t, "K-18 ATK-F11 MD-10 an outage after the keys are known", func(t *testing.T) {
		w := newWorld(t, nil)
		w.origin.down = true
		for _, later := range []time.Duration{time.Second, time.Hour, 20 * time.Hour} {
			w.clock.Store(int64(later))
			w.served(t, bearing(g.claim("exp", at(later+time.Hour)).token()), later.String())
		}
		w.clock.Store(int64(25 * time.Hour))
		w.refused(t, bearing(g.claim("exp", at(26*time.Hour)).token()), middleware.Unavailable)
	})
	row(t, "K-23 ATK-F10 a caller who leaves", func(t *testing.T) {
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
		if first != nil && reasonOf(first) != middleware.Unavailable {
			t.Error(first)
		}
	})
	row(t, "K-21 P-04 P-11 BC-02 ATK-B09 ATK-B10 ATK-D03 two issuers with one key id", func(t *testing.T) {
		const second = "https://second.example"
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: second, Algorithms: []string{"RS256"}})
			c.Issuers[0].Algorithms = []string{"ES256"}
		})
		w.origin.serve(second, keySet(jwkWith("foreign-ec", "kid", "ec"), jwkWith("rsa")))
		other := g.claim("iss", quoted(second))
		w.served(t, bearing(g.token()), "the first's")
		w.served(t, bearing(other.signedBy("rsa", "RS256").token()), "the second's")
		w.refused(t, bearing(g.by("foreign-ec", "ES256").token()), badSignature)
		w.refused(t, bearing(other.token()), wrongAlgorithm)
		w.refused(t, bearing(other.by("foreign-ec", "ES256").token()), wrongAlgorithm)
		w.refused(t, bearing(g.signedBy("rsa", "RS256").token()), wrongAlgorithm)
		w.refused(t, bearing(other.claim("iss", "").token()), malformed)
	})
	row(t, "K-21 MD-14 ATK-B10 a key that names its issuer", func(t *testing.T) {
		w := keyedBy(t, keySet(jwkWith("ec", "issuer", "https://other.example"), jwkWith("ec-other", "issuer", theIssuer)))
		w.refused(t, bearing(g.token()), unknownKey)
		w.served(t, bearing(g.signedBy("ec-other", "ES256").token()), "its own")
	})
	row(t, "ATK-F13 many at once while keys change", func(t *testing.T) {
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

// TestDiscovery is about metadata: RFC 8414, OpenID Connect Discovery 1.0.
func TestDiscovery(t *testing.T) {
	g := good()
	const metadata = theIssuer + "/.well-known/openid-configuration"
	document := func(issuer, uri string) []byte {
		return []byte(`{"issuer":` + quoted(issuer) + `,"jwks_uri":` + quoted(uri) + `,"unknown":{"a":1}}`)
	}
	row(t, "MD-04 MD-13 ATK-F06 metadata of another issuer", func(t *testing.T) {
		for _, issuer := range []string{theIssuer + "/", "http://id.example.com", "https://ID.example.com", "https://evil.example", "", theIssuer + ":443"} {
			w := newColdWorld(t, nil)
			w.origin.set(metadata, document(issuer, theIssuer+"/jwks"))
			w.refused(t, bearing(g.token()), middleware.Unavailable)
		}
	})
	row(t, "MD-06 MD-08 ATK-F06 ATK-F11 metadata that is none", func(t *testing.T) {
		for name, text := range map[string][]byte{
			"http": document(theIssuer, "http://id.example.com/jwks"), "no URL": document(theIssuer, "jwks"), "a file": document(theIssuer, "file:///etc/passwd"),
			"HTML": []byte("<!doctype html>"), "half": document(theIssuer, theIssuer+"/jwks")[:40], "an array": []byte("[]"), "no jwks_uri": []byte(`{"issuer":` + quoted(theIssuer) + `}`),
			"issuer twice": []byte(`{"issuer":"https://evil.example","issuer":` + quoted(theIssuer) + `,"jwks_uri":` + quoted(theIssuer+"/jwks") + `}`),
			"in capitals":  []byte(`{"Issuer":` + quoted(theIssuer) + `,"JWKS_URI":` + quoted(theIssuer+"/jwks") + `}`),
		} {
			w := newColdWorld(t, nil)
			w.origin.set(metadata, text)
			_, err := w.auth.Verify(t.Context(), g.token())
			if _, strangers := w.origin.fetches(); reasonOf(err) != middleware.Unavailable || strangers != nil {
				t.Errorf("%s: %v, fetched %q", name, err, strangers)
			}
		}
	})
	row(t, "MD-01 MD-02 MD-03 CF-10 every place of metadata", func(t *testing.T) {
		for _, c := range [][2]string{
			{"https://id.example.com", "https://id.example.com/.well-known/oauth-authorization-server"},
			{"https://id.example.com/tenant", "https://id.example.com/.well-known/oauth-authorization-server/tenant"},
			{"https://id.example.com/tenant/", "https://id.example.com/.well-known/oauth-authorization-server/tenant"},
			{"https://id.example.com/tenant/", "https://id.example.com/tenant/.well-known/openid-configuration"},
			{"https://id.example.com/tenant", "https://id.example.com/tenant/.well-known/openid-configuration"},
		} {
			w := newColdWorld(t, func(config *middleware.Config) { config.Issuers[0].URL = c[0] })
			w.origin.mu.Lock()
			delete(w.origin.documents, metadata)
			w.origin.mu.Unlock()
			w.origin.set(c[1], document(c[0], theIssuer+"/jwks"))
			w.served(t, bearing(g.claim("iss", quoted(c[0])).token()), c[1])
		}
	})
	row(t, "MD-09 K-16 ATK-F05 redirects are not followed", func(t *testing.T) {
		var asked []string
		client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.String())
			rec := httptest.NewRecorder()
			http.Redirect(rec, r, "http://169.254.169.254/", http.StatusFound)
			return rec.Result(), nil
		})}
		w := newColdWorld(t, func(c *middleware.Config) { c.HTTPClient = client })
		if _, err := w.auth.Verify(t.Context(), g.token()); reasonOf(err) != middleware.Unavailable {
			t.Error(err)
		}
		for _, url := range asked {
			if !strings.HasPrefix(url, theIssuer+"/") {
				t.Errorf("asked %s", url)
			}
		}
	})
	row(t, "MD-10 AS-19 B-22 ATK-F11 an issuer that is down at the start", func(t *testing.T) {
		w := newColdWorld(t, nil)
		w.origin.down = true
		w.refused(t, bearing(g.token()), middleware.Unavailable)
		if err := w.auth.Ready(t.Context()); reasonOf(err) != middleware.Unavailable {
			t.Error(err)
		}
		w.origin.down = false
		w.clock.Store(int64(15 * time.Second))
		w.served(t, bearing(g.token()), "after its return")
		if err := w.auth.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
	row(t, "MD-11 keys that move", func(t *testing.T) {
		w := newWorld(t, nil)
		w.origin.set(metadata, document(theIssuer, theIssuer+"/moved"))
		w.origin.set(theIssuer+"/moved", keySet(jwkWith("ec-other")))
		w.clock.Store(int64(61 * time.Minute))
		r := bearing(g.signedBy("ec-other", "ES256").claim("exp", at(2*time.Hour)).claim("jti", `"m"`).token())
		for range 20 {
			if _, err := w.auth.Check(r); err == nil {
				return
			}
			w.clock.Add(int64(time.Minute))
		}
		t.Error("the new place was not found in 20 minutes")
	})
	row(t, "MD-14 ATK-D07 P-15 tenants of a template", func(t *testing.T) {
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{{URL: "https://{tenant}.id.example.com/v2", Tenants: []string{"acme"}, JWKSURL: theIssuer + "/jwks", DangerouslyAllowPrivateAddresses: true}}
		})
		w.served(t, bearing(g.claim("iss", `"https://acme.id.example.com/v2"`).token()), "acme")
		for _, iss := range []string{"https://other.id.example.com/v2", "https://{tenant}.id.example.com/v2", "https://.id.example.com/v2", "https://a/acme.id.example.com/v2",
			"https://evil.example#.id.example.com/v2", "https://evil.example/?x=.id.example.com/v2", "https://acme.id.example.com/v2/", "https://ACME.id.example.com/v2"} {
			w.refused(t, bearing(g.claim("iss", quoted(iss)).token()), unknownIssuer)
		}
	})
	row(t, "MD-14 ATK-D07 P-15 ATK-F04 a pattern that allows too much", func(t *testing.T) {
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{{URL: "https://id.example.com/{tenant}/v2", TenantPattern: ".*", JWKSURL: theIssuer + "/jwks", DangerouslyAllowPrivateAddresses: true}}
		})
		w.served(t, bearing(g.claim("iss", `"https://id.example.com/acme/v2"`).token()), "acme")
		for _, tenant := range []string{"", "a/b", "..", "a?x=", "a#", "a@b", "a:b", `a\b`, "a b", "a/../b"} {
			if tenant != ".." {
				w.refused(t, bearing(g.claim("iss", quoted("https://id.example.com/"+tenant+"/v2")).token()), unknownIssuer)
			}
		}
	})
	row(t, "T-05 P-11 AT-03 no dialect gives a token another issuer", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Dialect.Complete = func(_ claims.Payload, t *claims.Token) { t.Issuer += t.Tenant }
		})
		w.served(t, bearing(g.token()), "unchanged")
		w.refused(t, bearing(g.claim("tenant", `"x"`).token()), malformed)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestConfiguration is about what New refuses: RFC 8725, section 3, RFC 8414.
func TestConfiguration(t *testing.T) {
	base := func() middleware.Config {
		return middleware.Config{Audiences: []string{theAudience}, Issuers: []middleware.Issuer{{URL: theIssuer}}}
	}
	for name, change := range map[string]func(*middleware.Config){
		"P-13 ATK-D10 no audience":                             func(c *middleware.Config) { c.Audiences = nil },
		"P-13 ATK-D10 an empty audience":                       func(c *middleware.Config) { c.Audiences = []string{""} },
		"P-13 ATK-D10 an empty list":                           func(c *middleware.Config) { c.Audiences, c.Issuers[0].Audiences = nil, []string{} },
		"ATK-H16 no issuer":                                    func(c *middleware.Config) { c.Issuers = nil },
		"ATK-H16 an issuer without name":                       func(c *middleware.Config) { c.Issuers[0].URL = "" },
		"A-08 none":                                            func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"none"} },
		"P-08 A-02 A-11 ATK-A10 ATK-A11 ATK-A25 ATK-B16 HS256": func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"RS256", "HS256"} },
		"P-02 rs256":                                           func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"rs256"} },
		"MD-05 http":                                           func(c *middleware.Config) { c.Issuers[0].URL = "http://id.example.com" },
		"MD-05 a query":                                        func(c *middleware.Config) { c.Issuers[0].URL = theIssuer + "?x" },
		"MD-05 a fragment":                                     func(c *middleware.Config) { c.Issuers[0].URL = theIssuer + "#x" },
		"MD-05 a user":                                         func(c *middleware.Config) { c.Issuers[0].URL = "https://u:p@id.example.com" },
		"MD-05 no URL":                                         func(c *middleware.Config) { c.Issuers[0].URL = "id.example.com" },
		"MD-06 a key set over http":                            func(c *middleware.Config) { c.Issuers[0].JWKSURL = "http://id.example.com/jwks" },
		"CF-08 a leeway of six minutes":                        func(c *middleware.Config) { c.Leeway = 6 * time.Minute },
		"RI-01 PRM-09 a resource over http":                    func(c *middleware.Config) { c.Resource = "http://api.example.com" },
		"RI-01 a resource that is no URL":                      func(c *middleware.Config) { c.Resource = "api.example.com" },
		"RI-01 a resource with a fragment":                     func(c *middleware.Config) { c.Resource = theAudience + "#f" },
		"ATK-D05 a pattern that is none": func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{t}.example.com", "("
		},
		"MD-14 ATK-D07 a template without tenants": func(c *middleware.Config) { c.Issuers[0].URL = "https://{t}.example.com" },
		"ATK-D04 two issuers whose tokens may do without a name": func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{
				{URL: "a", JWKS: theKeySet(), DangerouslyAllowMissingIssuer: true}, {URL: "b", JWKS: theKeySet(), DangerouslyAllowMissingIssuer: true}}
		},
	} {
		row(t, name, func(t *testing.T) {
			config := base()
			change(&config)
			_, err := middleware.New(config)
			var ce *middleware.ConfigError
			if !errors.As(err, &ce) {
				t.Errorf("got %v", err)
			}
		})
	}
	row(t, "RI-02 a resource with a query, RI-03 several audiences, ATK-H16 everything at once", func(t *testing.T) {
		config := base()
		config.Resource, config.Audiences = theAudience+"/x?y", []string{"a", "b"}
		if _, err := middleware.New(config); err != nil {
			t.Error(err)
		}
		_, err := middleware.New(middleware.Config{Leeway: time.Hour, Realm: "é", Issuers: []middleware.Issuer{{URL: "http://x.example", Algorithms: []string{"none"}}}})
		if n := len(strings.Split(err.Error(), "\n")); n != 5 {
			t.Errorf("%d mistakes: %v", n, err)
		}
	})
}
