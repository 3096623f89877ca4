package middleware_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestAuthorizationServer is about testutil's server, seen by a client and by
// an API: RFC 6749, section 5, RFC 8414.
func TestAuthorizationServer(t *testing.T) {
	const other = "https://other.example"
	issuer := testutil.NewIssuer(t, testutil.Options{Path: "/realm", Resources: []string{other}})
	ask := func(form url.Values) (*http.Response, map[string]any) {
		t.Helper()
		r, _ := http.NewRequestWithContext(t.Context(), "POST", issuer.TokenURL(), strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(issuer.Clients()[0].ID, issuer.Clients()[0].Secret)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		var members map[string]any
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		return response, members
	}
	auth, err := middleware.New(middleware.Config{Audiences: []string{issuer.Audience()},
		Issuers: []middleware.Issuer{{URL: issuer.URL()}}})
	if err != nil {
		t.Fatal(err)
	}
	row(t, "the token response", "AS-04 AS-05 AS-07", func(t *testing.T) {
		response, members := ask(url.Values{"grant_type": {"client_credentials"}, "scope": {"deals-read"}})
		if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/json" ||
			members["token_type"] != "Bearer" || members["expires_in"] != 3600.0 || members["refresh_token"] != nil {
			t.Error(response.StatusCode, response.Header, members)
		}
		token, err := auth.Verify(t.Context(), members["access_token"].(string))
		if err != nil || !reflect.DeepEqual(token.Scopes, []string{"deals-read"}) {
			t.Error(token, err)
		}
		bad, _ := ask(url.Values{"grant_type": {"x"}})
		for _, h := range []http.Header{response.Header, bad.Header} {
			if h.Get("Cache-Control") != "no-store" || h.Get("Pragma") != "no-cache" {
				t.Error(h)
			}
		}
	})
	row(t, "an error", "AS-08", func(t *testing.T) {
		response, members := ask(url.Values{"grant_type": {"pass\"word\r\n"}})
		if response.StatusCode != 400 || response.Header.Get("Content-Type") != "application/json" ||
			members["error"] != "unsupported_grant_type" {
			t.Error(response.StatusCode, members)
		}
		for _, text := range members {
			if s, ok := text.(string); !ok || !printable.MatchString(s) {
				t.Errorf("%q", text)
			}
		}
	})
	row(t, "a token of the strict profile", "AS-16 AT-08 AT-01", func(t *testing.T) {
		strict, err := middleware.New(middleware.Config{Audiences: []string{issuer.Audience()},
			Issuers: []middleware.Issuer{{URL: issuer.URL(), Dialect: dialects.RFC9068()}}})
		if err != nil {
			t.Fatal(err)
		}
		_, members := ask(url.Values{"grant_type": {"client_credentials"}})
		if _, err := strict.Verify(t.Context(), members["access_token"].(string)); err != nil {
			t.Error(err)
		}
	})
	row(t, "nothing private in the key set", "AS-21 K-10", func(t *testing.T) {
		response, err := http.Get(issuer.JWKSURL())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var set struct{ Keys []map[string]any }
		if err := json.NewDecoder(response.Body).Decode(&set); err != nil || len(set.Keys) < 3 {
			t.Fatal(set, err)
		}
		for _, key := range set.Keys {
			for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
				if key[name] != nil {
					t.Errorf("%v has %s", key["kid"], name)
				}
			}
		}
	})
	row(t, "another resource", "AS-20 RI-04", func(t *testing.T) {
		_, members := ask(url.Values{"grant_type": {"client_credentials"}, "resource": {other}})
		if _, err := auth.Verify(t.Context(), members["access_token"].(string)); reasonOf(err) != wrongAudience {
			t.Error(err)
		}
		response, members := ask(url.Values{"grant_type": {"client_credentials"},
			"resource": {"https://unknown.example"}})
		if response.StatusCode != 400 || members["error"] != "invalid_target" {
			t.Error(response.StatusCode, members)
		}
	})
	row(t, "metadata in both forms", "AS-15", func(t *testing.T) {
		base := strings.TrimSuffix(issuer.URL(), "/realm")
		for _, place := range []string{issuer.URL() + "/.well-known/openid-configuration",
			base + "/.well-known/oauth-authorization-server/realm"} {
			response, err := http.Get(place)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var members map[string]any
			if err := json.NewDecoder(response.Body).Decode(&members); err != nil ||
				members["issuer"] != issuer.URL() || members["jwks_uri"] != issuer.JWKSURL() {
				t.Error(place, members, err)
			}
			for name, value := range members {
				if list, ok := value.([]any); ok && len(list) == 0 {
					t.Errorf("%s: %s is empty", place, name)
				}
			}
		}
	})
}

// TestChoices is about the choices in a Config.
func TestChoices(t *testing.T) {
	g := good()
	row(t, "scopes that imply others", "MCP-08", func(t *testing.T) {
		admin := bearing(g.claim("scope", `"deals-admin"`).token())
		newWorld(t, nil).rejects(t, admin, middleware.ErrInsufficientScope)
		w := newWorld(t, func(c *middleware.Config) {
			c.ScopeStrategy = scopes.Implied(map[string][]string{"deals-admin": {"deals-read"}})
		})
		w.serves(t, admin, "implied")
	})
	row(t, "an audience in every accepted spelling", "MCP-14 RI-03", func(t *testing.T) {
		r := bearing(g.claim("aud", `"HTTPS://API.example.com/"`).token())
		newWorld(t, nil).rejects(t, r, wrongAudience)
		w := newWorld(t, func(c *middleware.Config) {
			c.Audiences = append(c.Audiences,
				"HTTPS://API.example.com/")
		})
		w.serves(t, r, "configured")
	})
	row(t, "no switch leaves out a check", "ATK-A29", func(t *testing.T) {
		config := reflect.TypeFor[middleware.Issuer]()
		var dangerous []string
		for field := range config.Fields() {
			if strings.HasPrefix(field.Name, "Dangerously") {
				dangerous = append(dangerous, field.Name)
			} else if field.Type.Kind() == reflect.Bool && field.Name != "ReadyWithout" { // about readiness alone
				t.Errorf("%s is a switch", field.Name)
			}
		}
		w := newWorld(t, func(c *middleware.Config) {
			issuer := reflect.ValueOf(&c.Issuers[0]).Elem()
			for _, name := range dangerous {
				issuer.FieldByName(name).SetBool(true)
			}
			c.Issuers[0].JWKSURL = theIssuer + "/jwks"
		})
		if len(dangerous) == 0 {
			t.Error("no field found")
		}
		w.serves(t, bearing(g.token()), "good")
		w.rejects(t, bearing(g.by("foreign-ec", "ES256").token()), badSignature)
		w.rejects(t, bearing(g.head("alg", `"none"`).input()+"."), wrongAlgorithm)
		w.rejects(t, bearing(g.claim("exp", at(-time.Hour)).token()), expired)
		w.rejects(t, bearing(g.claim("aud", `"x"`).token()), wrongAudience)
		w.rejects(t, bearing(g.claim("iss", `"https://evil.example"`).token()), unknownIssuer)
	})
	row(t, "a pattern takes time in proportion", "ATK-K08 ATK-D05", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers = []middleware.Issuer{{URL: "https://{t}.id.example.com", TenantPattern: "(a+)+b",
				JWKSURL: theIssuer + "/jwks", DangerouslyAllowPrivateAddresses: true}}
		})
		w.rejects(t, bearing(g.claim("iss",
			quoted("https://"+strings.Repeat("a", 5000)+".id.example.com")).token()), unknownIssuer)
		w.rejects(t, bearing(g.claim("iss", `"https://xab.id.example.com"`).token()), unknownIssuer)
		w.serves(t, bearing(g.claim("iss", `"https://aab.id.example.com"`).token()), "fits")
	})
	row(t, "a route without a guard is found", "ATK-D21", func(t *testing.T) {
		mux := new(httpauth.Mux)
		mux.Handle("GET /deals", httpauth.Require(newWorld(t, nil).auth)(http.NotFoundHandler()))
		if err := mux.Routes().Check(); err != nil {
			t.Error(err)
		}
		mux.Handle("GET /feed", http.NotFoundHandler())
		if err := mux.Routes().Check(); err == nil || !strings.Contains(err.Error(), "/feed") {
			t.Error(err)
		}
	})
	row(t, "the algorithms of FAPI", "FA-10 FA-06 FA-07", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Algorithms = []string{"PS256", "ES256",
				"EdDSA"}
		})
		w.serves(t, bearing(g.signedBy("rsa", "PS256").token()), "PS256")
		w.rejects(t, bearing(g.signedBy("rsa", "RS256").token()), wrongAlgorithm)
		w.rejects(t, bearing(g.signedBy("rsa-weak", "PS256").token()), unknownKey)
	})
}
