package middleware_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

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
			w.refused(t, bearing(g.token()), middleware.ErrUnavailable)
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
			if _, strangers := w.origin.fetches(); reasonOf(err) != middleware.ErrUnavailable || strangers != nil {
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
		if _, err := w.auth.Verify(t.Context(), g.token()); reasonOf(err) != middleware.ErrUnavailable {
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
		w.refused(t, bearing(g.token()), middleware.ErrUnavailable)
		if err := w.auth.Ready(t.Context()); reasonOf(err) != middleware.ErrUnavailable {
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
			c.Issuers[0].Dialect.Customize = func(_ claims.Payload, t *claims.Token) { t.Issuer += t.Tenant }
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
