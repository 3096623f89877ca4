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
	row(t, "metadata of another issuer", "MD-04 MD-13 ATK-F06", func(t *testing.T) {
		for _, issuer := range []string{theIssuer + "/", "http://id.example.com", "https://ID.example.com",
			"https://evil.example", "", theIssuer + ":443"} {
			w := newColdWorld(t, nil)
			w.origin.set(metadata, document(issuer, theIssuer+"/jwks"))
			w.rejects(t, bearing(g.token()), middleware.ErrUnavailable)
		}
	})
	row(t, "documents that are no metadata", "MD-06 MD-08 ATK-F06 ATK-F11", func(t *testing.T) {
		for name, text := range map[string][]byte{
			"http": document(theIssuer, "http://id.example.com/jwks"), "no URL": document(theIssuer, "jwks"),
			"a file": document(theIssuer, "file:///etc/passwd"),
			"HTML":   []byte("<!doctype html>"), "half": document(theIssuer, theIssuer+"/jwks")[:40],
			"an array": []byte("[]"), "no jwks_uri": []byte(`{"issuer":` + quoted(theIssuer) + `}`),
			"issuer twice": []byte(`{"issuer":"https://evil.example","issuer":` + quoted(theIssuer) + `,"jwks_uri":` +
				quoted(theIssuer+"/jwks") + `}`),
			"in capitals": []byte(`{"Issuer":` + quoted(theIssuer) + `,"JWKS_URI":` +
				quoted(theIssuer+"/jwks") + `}`),
		} {
			w := newColdWorld(t, nil)
			w.origin.set(metadata, text)
			_, err := w.auth.Verify(t.Context(), g.token())
			if _, unexpected := w.origin.fetches(); reasonOf(err) != middleware.ErrUnavailable || unexpected != nil {
				t.Errorf("%s: %v, fetched %q", name, err, unexpected)
			}
		}
	})
	row(t, "every place of metadata", "MD-01 MD-02 MD-03 CF-10", func(t *testing.T) {
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
			w.serves(t, bearing(g.claim("iss", quoted(c[0])).token()), c[1])
		}
	})
	row(t, "redirects are not followed", "MD-09 K-16 ATK-F05", func(t *testing.T) {
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
	row(t, "an issuer that is down at the start", "MD-10 AS-19 B-22 ATK-F11", func(t *testing.T) {
		w := newColdWorld(t, nil)
		w.origin.down = true
		w.rejects(t, bearing(g.token()), middleware.ErrUnavailable)
		if err := w.auth.Ready(t.Context()); reasonOf(err) != middleware.ErrUnavailable {
			t.Error(err)
		}
		w.origin.down = false
		w.clock.Store(int64(15 * time.Second))
		w.serves(t, bearing(g.token()), "after its return")
		if err := w.auth.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
	row(t, "keys that move", "MD-11", func(t *testing.T) {
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
	row(t, "tenants of a template", "MD-14 ATK-D07 P-15", func(t *testing.T) {
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{{URL: "https://{tenant}.id.example.com/v2", Tenants: []string{"acme"},
				JWKSURL: theIssuer + "/jwks", DangerouslyAllowPrivateAddresses: true}}
		})
		w.serves(t, bearing(g.claim("iss", `"https://acme.id.example.com/v2"`).token()), "acme")
		for _, iss := range []string{"https://other.id.example.com/v2", "https://{tenant}.id.example.com/v2",
			"https://.id.example.com/v2", "https://a/acme.id.example.com/v2",
			"https://evil.example#.id.example.com/v2", "https://evil.example/?x=.id.example.com/v2",
			"https://acme.id.example.com/v2/", "https://ACME.id.example.com/v2"} {
			w.rejects(t, bearing(g.claim("iss", quoted(iss)).token()), unknownIssuer)
		}
	})
	row(t, "a pattern that allows too much", "MD-14 ATK-D07 P-15 ATK-F04", func(t *testing.T) {
		w := newColdWorld(t, func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{{URL: "https://id.example.com/{tenant}/v2", TenantPattern: ".*",
				JWKSURL: theIssuer + "/jwks", DangerouslyAllowPrivateAddresses: true}}
		})
		w.serves(t, bearing(g.claim("iss", `"https://id.example.com/acme/v2"`).token()), "acme")
		for _, tenant := range []string{"", "a/b", "..", "a?x=", "a#", "a@b", "a:b", `a\b`, "a b", "a/../b"} {
			if tenant != ".." {
				w.rejects(t, bearing(g.claim("iss", quoted("https://id.example.com/"+tenant+"/v2")).token()),
					unknownIssuer)
			}
		}
	})
	row(t, "no dialect gives a token another issuer", "T-05 P-11 AT-03", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Dialect.Customize = func(_ claims.Payload, t *claims.Token) { t.Issuer += t.Tenant }
		})
		w.serves(t, bearing(g.token()), "unchanged")
		w.rejects(t, bearing(g.claim("tenant", `"x"`).token()), malformed)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestConfiguration is about what New rejects: RFC 8725, section 3, RFC 8414.
func TestConfiguration(t *testing.T) {
	base := func() middleware.Config {
		return middleware.Config{Audiences: []string{theAudience}, Issuers: []middleware.Issuer{{URL: theIssuer}}}
	}
	for _, c := range []struct {
		name, ids string
		change    func(*middleware.Config)
	}{
		{"no audience", "P-13 ATK-D10", func(c *middleware.Config) { c.Audiences = nil }},
		{"an empty audience", "P-13 ATK-D10", func(c *middleware.Config) { c.Audiences = []string{""} }},
		{"an empty list", "P-13 ATK-D10", func(c *middleware.Config) {
			c.Audiences, c.Issuers[0].Audiences = nil,
				[]string{}
		}},
		{"no issuer", "ATK-H16", func(c *middleware.Config) { c.Issuers = nil }},
		{"an issuer without name", "ATK-H16", func(c *middleware.Config) { c.Issuers[0].URL = "" }},
		{"the algorithm none", "A-08", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"none"} }},
		{"the algorithm HS256", "P-08 A-02 A-11 ATK-A10 ATK-A11 ATK-A25 ATK-B16",
			func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"RS256", "HS256"} }},
		{"an algorithm in lower case", "P-02",
			func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"rs256"} }},
		{"an issuer over http", "MD-05", func(c *middleware.Config) { c.Issuers[0].URL = "http://id.example.com" }},
		{"an issuer with a query", "MD-05", func(c *middleware.Config) { c.Issuers[0].URL = theIssuer + "?x" }},
		{"an issuer with a fragment", "MD-05", func(c *middleware.Config) { c.Issuers[0].URL = theIssuer + "#x" }},
		{"an issuer with a user", "MD-05",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://u:p@id.example.com" }},
		{"an issuer that is no URL", "MD-05", func(c *middleware.Config) { c.Issuers[0].URL = "id.example.com" }},
		{"a key set over http", "MD-06",
			func(c *middleware.Config) { c.Issuers[0].JWKSURL = "http://id.example.com/jwks" }},
		{"a leeway of six minutes", "CF-08", func(c *middleware.Config) { c.Leeway = 6 * time.Minute }},
		{"a resource over http", "RI-01 PRM-09",
			func(c *middleware.Config) { c.Resource = "http://api.example.com" }},
		{"a resource that is no URL", "RI-01", func(c *middleware.Config) { c.Resource = "api.example.com" }},
		{"a resource with a fragment", "RI-01", func(c *middleware.Config) { c.Resource = theAudience + "#f" }},
		{"a pattern that does not compile", "ATK-D05", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{t}.example.com", "("
		}},
		{"a template without tenants", "MD-14 ATK-D07",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://{t}.example.com" }},
		{"two issuers whose tokens may do without a name", "ATK-D04", func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{
				{URL: "a", JWKS: theKeySet(), DangerouslyAllowMissingIssuer: true},
				{URL: "b", JWKS: theKeySet(), DangerouslyAllowMissingIssuer: true}}
		}},
	} {
		row(t, c.name, c.ids, func(t *testing.T) {
			config := base()
			c.change(&config)
			_, err := middleware.New(config)
			var ce *middleware.ConfigError
			if !errors.As(err, &ce) {
				t.Errorf("got %v", err)
			}
		})
	}
	row(t, "a resource with a query, several audiences, all mistakes at once", "RI-02 RI-03 ATK-H16",
		func(t *testing.T) {
			config := base()
			config.Resource, config.Audiences = theAudience+"/x?y", []string{"a", "b"}
			if _, err := middleware.New(config); err != nil {
				t.Error(err)
			}
			_, err := middleware.New(middleware.Config{Leeway: time.Hour, Realm: "é",
				Issuers: []middleware.Issuer{{URL: "http://x.example", Algorithms: []string{"none"}}}})
			if n := len(strings.Split(err.Error(), "\n")); n != 5 {
				t.Errorf("%d mistakes: %v", n, err)
			}
		})
}
