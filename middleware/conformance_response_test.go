package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestResponse is about the response to a rejected request: RFC 9110, section 11,
// RFC 6750, section 3.
func TestResponse(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	const unverified = `, error="invalid_token", error_description="The access token could not be verified"`
	row(t, "the challenges to the letter", "B-29 B-12 B-13 H-08 B-15 B-16 H-06 H-09 O-07 AT-07",
		func(t *testing.T) {
			for _, c := range []struct {
				r    *http.Request
				want string
			}{
				{request("GET", "/deals"), ""},
				{request("GET", "/deals", "Authorization", "Bearer"),
					`, error="invalid_request", error_description="The Authorization field must hold exactly one bearer token"`},
				{bearing("x"), unverified},
				{bearing(g.claim("iss", `"https://evil.example"`).token()), unverified},
				{bearing(g.head("kid", `"x"`).token()), unverified},
				{bearing(g.head("alg", `"HS256"`).token()), unverified},
				{bearing(g.by("foreign-ec", "ES256").token()), unverified},
				{bearing(g.head("typ", `"dpop+jwt"`).token()),
					`, error="invalid_token", error_description="The token is not an access token"`},
				{bearing(g.claim("aud", `"x"`).token()),
					`, error="invalid_token", error_description="The access token was issued for another audience"`},
				{bearing(g.claim("exp", "1").token()),
					`, error="invalid_token", error_description="The access token expired"`},
				{bearing(g.claim("nbf", at(3600e9)).token()),
					`, error="invalid_token", error_description="The access token is not valid yet"`},
				{bearing(g.claim("cnf", "{}").token()),
					`, error="invalid_token", error_description="The access token is bound to no key that the caller has shown"`},
				{bearing(g.claim("scope", `"x"`).token()),
					`, error="insufficient_scope", error_description="The access token does not cover this request", scope="deals-read"`},
			} {
				for _, d := range w.adapters {
					o := w.send(d, c.r.Clone(t.Context()))
					if got, want := o.header.Get("WWW-Authenticate"), `Bearer realm="api"`+c.want; got != want {
						t.Errorf("%s: %s\nwant %s", d.name, got, want)
					}
				}
			}
		})
	row(t, "failures that must not be told apart", "B-30", func(t *testing.T) {
		for _, d := range w.adapters {
			var first *outcome
			for _, token := range []string{
				"x", "a.b.c", g.head("kid", `"x"`).token(), g.by("foreign-ec", "ES256").token(),
				g.head("alg", `"none"`).token(), g.head("alg", `"RS256"`).token(),
				g.claim("iss", `"https://evil.example"`).token(), g.head("crit", "[]").token(),
				g.signedBy("rsa-weak", "RS256").token(),
			} {
				o := w.send(d, bearing(token))
				o.logged = ""
				if first == nil {
					first = &o
				} else if !reflect.DeepEqual(*first, o) {
					t.Errorf("%s: %+v\nand %+v", d.name, *first, o)
				}
			}
		}
	})
	row(t, "every scope of the route at once", "H-07 B-21 B-23 MCP-06 MCP-07 FA-04 ATK-D20", func(t *testing.T) {
		for granted, missing := range map[string]bool{`"deals-read deals-write"`: false, `"deals-read"`: true,
			`"deals-write"`: true, `""`: true} {
			r := request("GET", "/both", "Authorization", "Bearer "+g.claim("scope", granted).token())
			if !missing {
				w.serves(t, r, granted)
				continue
			}
			w.rejects(t, r, middleware.ErrInsufficientScope)
			for _, d := range w.adapters {
				if c, err := oneChallenge(w.send(d, r.Clone(t.Context())).header); err != nil ||
					c.params["scope"] != "deals-read deals-write" {
					t.Errorf("%s: %v %v", d.name, c.params, err)
				}
			}
		}
	})
	row(t, "an outage is no invalid token", "B-22 ATK-J06", func(t *testing.T) {
		w := newColdWorld(t, nil)
		w.origin.down = true
		w.rejects(t, bearing(g.token()), middleware.ErrUnavailable)
		w.rejects(t, bearing("x"), malformed)
		w.rejects(t, bearing(g.head("alg", `"none"`).token()), wrongAlgorithm)
	})
	row(t, "a realm of quotes and backslashes", "H-10 ATK-H22", func(t *testing.T) {
		const realm = `the "deals\" API, error="x", Basic realm="y`
		w := newWorld(t, func(c *middleware.Config) { c.Realm = realm })
		w.rejects(t, request("GET", "/deals"), middleware.ErrNoToken)
		for _, d := range w.adapters {
			if c, err := oneChallenge(w.send(d, request("GET", "/deals")).header); err != nil ||
				c.params["realm"] != realm {
				t.Errorf("%s: %q %v", d.name, c.params["realm"], err)
			}
		}
		for _, realm := range []string{"a\r\nSet-Cookie: b=c", "é", "\x00", "\x7f", "a\tb"} {
			config := middleware.Config{Audiences: []string{"a"}, Issuers: []middleware.Issuer{{URL: theIssuer}},
				Realm: realm}
			if _, err := middleware.New(config); err == nil {
				t.Errorf("realm %q was accepted", realm)
			}
		}
	})
	row(t, "a scope that no challenge can hold", "B-14 ATK-H22", func(t *testing.T) {
		for _, name := range []string{`a"b`, `a\b`, "a b", "a\r\nb", "é", ""} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("scope %q was accepted", name)
					}
				}()
				httpauth.Require(w.auth, scopes.Scope(name))
			}()
		}
	})
	row(t, "another scheme's challenge stays, ours is there once", "H-11 H-12 DP-26", func(t *testing.T) {
		inner := httpauth.Require(w.auth)(httpauth.Require(w.auth)(http.NotFoundHandler()))
		rec := httptest.NewRecorder()
		rec.Header().Add("WWW-Authenticate", `DPoP algs="ES256"`)
		inner.ServeHTTP(rec, request("GET", "/deals"))
		fields := rec.Result().Header["Www-Authenticate"]
		if len(fields) != 2 || fields[0] != `DPoP algs="ES256"` || !strings.HasPrefix(fields[1], "Bearer ") {
			t.Errorf("%q", fields)
		}
	})
	row(t, "which responses may be stored", "H-17 BC-04", func(t *testing.T) {
		for _, d := range w.adapters {
			if o := w.send(d, bearing(g.token())); o.header.Get("Cache-Control") != "" {
				t.Errorf("%s: the handler's Cache-Control became %q", d.name, o.header.Get("Cache-Control"))
			}
			o := w.send(d, request("GET", "/status", "Authorization", "Bearer "+g.token()))
			if o.status != 200 || o.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: status: %d, Cache-Control %q", d.name, o.status, o.header.Get("Cache-Control"))
			}
		}
	})
	row(t, "nothing in a response comes from the request", "O-08 BC-05 ATK-H07", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) { c.Resource = theAudience })
		r := request("GET", "/deals", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "Forwarded",
			"host=evil.example", "X-Forwarded-Prefix", "/evil.example")
		r.Host = "evil.example"
		w.rejects(t, r, middleware.ErrNoToken)
		for _, d := range w.adapters {
			c, err := oneChallenge(w.send(d, r.Clone(t.Context())).header)
			if err != nil || c.params["resource_metadata"] != theAudience+"/.well-known/oauth-protected-resource" ||
				c.params["scope"] != "deals-read" {
				t.Errorf("%s: %v %v", d.name, c.params, err)
			}
		}
	})
	row(t, "every request needs its token", "MCP-13", func(t *testing.T) {
		r := bearing(g.token())
		w.serves(t, r, "with")
		r.Header.Del("Authorization")
		r.Header.Set("Mcp-Session-Id", "1")
		w.rejects(t, r, middleware.ErrNoToken)
	})
	row(t, "a subject belongs to its issuer", "P-12", func(t *testing.T) {
		token, err := w.auth.Verify(t.Context(), g.token())
		if err != nil || token.Issuer != theIssuer || token.Subject != theSubject {
			t.Error(token, err)
		}
	})
}
