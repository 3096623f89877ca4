package middleware_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestAnswer is about what a refused client is told: RFC 9110, section 11, RFC
// 6750, section 3.
func TestAnswer(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	const unverified = `, error="invalid_token", error_description="The access token could not be verified"`
	row(t, "B-29 B-12 B-13 H-08 B-15 B-16 H-06 H-09 O-07 AT-07 the challenges to the letter", func(t *testing.T) {
		for _, c := range []struct {
			r    *http.Request
			want string
		}{
			{request("GET", "/deals"), ""},
			{request("GET", "/deals", "Authorization", "Bearer"), `, error="invalid_request", error_description="The Authorization field must hold exactly one bearer token"`},
			{bearing("x"), unverified},
			{bearing(g.claim("iss", `"https://evil.example"`).token()), unverified},
			{bearing(g.head("kid", `"x"`).token()), unverified},
			{bearing(g.head("alg", `"HS256"`).token()), unverified},
			{bearing(g.by("foreign-ec", "ES256").token()), unverified},
			{bearing(g.head("typ", `"dpop+jwt"`).token()), `, error="invalid_token", error_description="The token is not an access token"`},
			{bearing(g.claim("aud", `"x"`).token()), `, error="invalid_token", error_description="The access token was issued for another audience"`},
			{bearing(g.claim("exp", "1").token()), `, error="invalid_token", error_description="The access token expired"`},
			{bearing(g.claim("nbf", at(3600e9)).token()), `, error="invalid_token", error_description="The access token is not valid yet"`},
			{bearing(g.claim("cnf", "{}").token()), `, error="invalid_token", error_description="The access token is bound to a key and came without its proof"`},
			{bearing(g.claim("scope", `"x"`).token()), `, error="insufficient_scope", error_description="The access token does not cover this request", scope="deals-read"`},
		} {
			for _, d := range w.doors {
				o := w.send(d, c.r.Clone(t.Context()))
				if got, want := o.header.Get("WWW-Authenticate"), `Bearer realm="api"`+c.want; got != want {
					t.Errorf("%s: %s\nwant %s", d.name, got, want)
				}
			}
		}
	})
	row(t, "B-30 failures that must not be told apart", func(t *testing.T) {
		for _, d := range w.doors {
			var first *outcome
			for _, token := range []string{
				"x", "a.b.c", g.head("kid", `"x"`).token(), g.by("foreign-ec", "ES256").token(), g.head("alg", `"none"`).token(), g.head("alg", `"RS256"`).token(),
				g.claim("iss", `"https://evil.example"`).token(), g.head("crit", "[]").token(), g.signedBy("rsa-weak", "RS256").token(),
			} {
				o := w.send(d, bearing(token))
				o.said = ""
				if first == nil {
					first = &o
				} else if !reflect.DeepEqual(*first, o) {
					t.Errorf("%s: %+v\nand %+v", d.name, *first, o)
				}
			}
		}
	})
	row(t, "H-07 B-21 B-23 MCP-06 MCP-07 FA-04 ATK-D20 every scope of the route at once", func(t *testing.T) {
		for granted, missing := range map[string]bool{`"deals-read deals-write"`: false, `"deals-read"`: true, `"deals-write"`: true, `""`: true} {
			r := request("GET", "/both", "Authorization", "Bearer "+g.claim("scope", granted).token())
			if !missing {
				w.served(t, r, granted)
				continue
			}
			w.refused(t, r, middleware.InsufficientScope)
			for _, d := range w.doors {
				if c, err := oneChallenge(w.send(d, r.Clone(t.Context())).header); err != nil || c.params["scope"] != "deals-read deals-write" {
					t.Errorf("%s: %v %v", d.name, c.params, err)
				}
			}
		}
	})
	row(t, "B-22 ATK-J06 an outage is no invalid token", func(t *testing.T) {
		w := newColdWorld(t, nil)
		w.origin.down = true
		w.refused(t, bearing(g.token()), middleware.Unavailable)
		w.refused(t, bearing("x"), malformed)
		w.refused(t, bearing(g.head("alg", `"none"`).token()), wrongAlgorithm)
	})
	row(t, "H-10 ATK-H22 a realm of quotes and backslashes", func(t *testing.T) {
		const realm = `the "deals\" API, error="x", Basic realm="y`
		w := newWorld(t, func(c *middleware.Config) { c.Realm = realm })
		w.refused(t, request("GET", "/deals"), middleware.NoToken)
		for _, d := range w.doors {
			if c, err := oneChallenge(w.send(d, request("GET", "/deals")).header); err != nil || c.params["realm"] != realm {
				t.Errorf("%s: %q %v", d.name, c.params["realm"], err)
			}
		}
		for _, realm := range []string{"a\r\nSet-Cookie: b=c", "é", "\x00", "\x7f", "a\tb"} {
			config := middleware.Config{Audiences: []string{"a"}, Issuers: []middleware.Issuer{{URL: theIssuer}}, Realm: realm}
			if _, err := middleware.New(config); err == nil {
				t.Errorf("realm %q was accepted", realm)
			}
		}
	})
	row(t, "B-14 ATK-H22 a scope that no challenge can hold", func(t *testing.T) {
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
	row(t, "H-11 H-12 DP-26 another scheme's challenge stays, ours is there once", func(t *testing.T) {
		inner := httpauth.Require(w.auth)(httpauth.Require(w.auth)(http.NotFoundHandler()))
		rec := httptest.NewRecorder()
		rec.Header().Add("WWW-Authenticate", `DPoP algs="ES256"`)
		inner.ServeHTTP(rec, request("GET", "/deals"))
		fields := rec.Result().Header["Www-Authenticate"]
		if len(fields) != 2 || fields[0] != `DPoP algs="ES256"` || !strings.HasPrefix(fields[1], "Bearer ") {
			t.Errorf("%q", fields)
		}
	})
	row(t, "H-17 BC-04 who may keep an answer", func(t *testing.T) {
		for _, d := range w.doors {
			if o := w.send(d, bearing(g.token())); o.header.Get("Cache-Control") != "" {
				t.Errorf("%s: the handler's Cache-Control became %q", d.name, o.header.Get("Cache-Control"))
			}
			o := w.send(d, request("GET", "/status", "Authorization", "Bearer "+g.token()))
			if o.status != 200 || o.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: status: %d, Cache-Control %q", d.name, o.status, o.header.Get("Cache-Control"))
			}
		}
	})
	row(t, "O-08 BC-05 ATK-H07 nothing in an answer comes from the request", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) { c.Resource = theAudience })
		r := request("GET", "/deals", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "Forwarded", "host=evil.example", "X-Forwarded-Prefix", "/evil.example")
		r.Host = "evil.example"
		w.refused(t, r, middleware.NoToken)
		for _, d := range w.doors {
			c, err := oneChallenge(w.send(d, r.Clone(t.Context())).header)
			if err != nil || c.params["resource_metadata"] != theAudience+"/.well-known/oauth-protected-resource" || c.params["scope"] != "deals-read" {
				t.Errorf("%s: %v %v", d.name, c.params, err)
			}
		}
	})
	row(t, "MCP-13 every request anew", func(t *testing.T) {
		r := bearing(g.token())
		w.served(t, r, "with")
		r.Header.Del("Authorization")
		r.Header.Set("Mcp-Session-Id", "1")
		w.refused(t, r, middleware.NoToken)
	})
	row(t, "P-12 a subject belongs to its issuer", func(t *testing.T) {
		token, err := w.auth.Verify(t.Context(), g.token())
		if err != nil || token.Issuer != theIssuer || token.Subject != theSubject {
			t.Error(token, err)
		}
	})
}

// TestGuard is about the doors themselves.
func TestGuard(t *testing.T) {
	g := good()
	w := newWorld(t, nil)
	row(t, "ATK-H15 H-06 a rule that panics lets nobody in", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Validate = func(*claims.Token) error { panic("mallory-free text") }
		})
		for _, d := range w.doors {
			if o := w.send(d, bearing(g.token())); o.ran || o.panic == nil && o.status < 500 {
				t.Errorf("%s: %+v", d.name, o)
			}
		}
	})
	row(t, "ATK-H12 Echo with an error handler of the API's own", func(t *testing.T) {
		e := echo.New()
		e.HTTPErrorHandler = func(err error, c echo.Context) {
			var he *echo.HTTPError
			var mine *middleware.Error
			if !errors.As(err, &he) || !errors.As(err, &mine) {
				t.Errorf("%T", err)
				return
			}
			_ = c.JSON(he.Code, map[string]string{"error": "invalid_token"})
		}
		e.GET("/deals", func(echo.Context) error { w.ran.Add(1); return nil }, echoauth.Require(w.auth))
		o := w.send(door{"echo", e}, bearing(g.by("foreign-ec", "ES256").token()))
		if err := o.check("GET", badSignature); err != nil {
			t.Error(err)
		}
	})
	row(t, "ATK-H11 gin stops, and writes once", func(t *testing.T) {
		e := gin.New()
		late := 0
		e.Use(func(c *gin.Context) { c.Next() }, ginauth.Require(w.auth), func(*gin.Context) { late++ })
		e.GET("/deals", func(*gin.Context) { late++ })
		o := w.send(door{"gin", e}, bearing("x"))
		if err := o.check("GET", malformed); err != nil || late != 0 || strings.Count(o.body, `{"error"`) != 1 {
			t.Error(err, late, o.body)
		}
	})
	row(t, "ATK-H18 ATK-G01 ATK-G02 ATK-H17 BC-02 another API's admission counts for nothing", func(t *testing.T) {
		other := newWorld(t, func(c *middleware.Config) { c.Audiences = []string{"https://other.example"} })
		inner := httpauth.Require(other.auth)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.ran.Add(1) }))
		o := w.send(door{"nested", httpauth.Require(w.auth)(inner)}, bearing(g.token()))
		o.said += other.said.take()
		if err := o.check("GET", wrongAudience); err != nil {
			t.Error(err)
		}
		both := g.claim("aud", `["https://api.example.com","https://other.example"]`)
		if o := w.send(door{"nested", httpauth.Require(w.auth)(inner)}, bearing(both.token())); !o.ran {
			t.Error("a token for both was refused")
		}
	})
	row(t, "O-01 B-21 ATK-G06 ATK-H18 a guard within demands more", func(t *testing.T) {
		inner := httpauth.Require(w.auth, scopes.Scope("deals-write"))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.ran.Add(1) }))
		o := w.send(door{"nested", httpauth.Require(w.auth, scopes.Scope("deals-read"))(inner)}, bearing(g.token()))
		if err := o.check("GET", middleware.InsufficientScope); err != nil {
			t.Error(err)
		}
	})
	row(t, "H-06 ATK-H16 an error of no known sort lets nobody in", func(t *testing.T) {
		for _, err := range []error{errors.New("x"), middleware.Reason("x"), &middleware.Error{}, nil} {
			if status, body := w.auth.Refuse(http.Header{}, err); status != 500 || body.Error != "" {
				t.Errorf("%v: %d %+v", err, status, body)
			}
		}
	})
	row(t, "ATK-H19 nobody but a guard puts a token into the request", func(t *testing.T) {
		r := request("GET", "/deals")
		ctx := claims.NewContext(r.Context(), &claims.Token{Subject: "mallory", Scopes: []string{"deals-read"}})
		//lint:ignore SA1029 the mistake is the point
		ctx = context.WithValue(ctx, "user", "mallory")
		w.refused(t, r.WithContext(ctx), middleware.NoToken)
	})
	row(t, "ATK-G05 ATK-G09 ATK-G03 a refused token leaves nothing behind", func(t *testing.T) {
		w := newWorld(t, nil)
		genuine := g.token()
		part := strings.Split(genuine, ".")
		forged := part[0] + "." + strings.Split(g.claim("scope", `"admin"`).token(), ".")[1] + "." + part[2]
		for range 3 {
			w.refused(t, bearing(forged), badSignature)
			w.served(t, bearing(genuine), "genuine")
		}
		other, err := w.auth.Verify(t.Context(), g.claim("client_id", `"other"`).token())
		if err != nil || other.ClientID != "other" {
			t.Error(other, err)
		}
	})
	row(t, "ATK-G06 a remembered token meets each route's demands anew", func(t *testing.T) {
		r := bearing(g.claim("jti", `"once"`).token())
		w.served(t, r, "one scope")
		r.URL.Path = "/both"
		w.refused(t, r, middleware.InsufficientScope)
	})
	row(t, "ATK-G04 a remembered token meets the denylist anew", func(t *testing.T) {
		gone := false
		w := newWorld(t, func(c *middleware.Config) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) { return gone, nil }
		})
		r := bearing(g.token())
		w.served(t, r, "fresh")
		gone = true
		w.refused(t, r, middleware.Revoked)
	})
	row(t, "H-14 HEAD as GET", func(t *testing.T) {
		for _, d := range w.doors {
			for _, path := range []string{"/deals", "/status"} {
				for _, auth := range []string{"Bearer " + g.token(), "Bearer x", "Bearer"} {
					get, head := w.send(d, request("GET", path, "Authorization", auth)), w.send(d, request("HEAD", path, "Authorization", auth))
					for _, name := range []string{"Content-Length", "Content-Type", "X-Content-Type-Options"} {
						// Section 9.3.2 leaves what describes a body to the server.
						get.header.Del(name)
						head.header.Del(name)
					}
					if path == "/deals" && get.status == 200 {
						continue // the canary's own affair
					}
					if get.status != head.status || !reflect.DeepEqual(get.header, head.header) || head.body != "" {
						t.Errorf("%s %s %.9s: %d %v %q, and for GET %d %v", d.name, path, auth, head.status, head.header, head.body, get.status, get.header)
					}
				}
			}
		}
	})
	row(t, "H-05 H-20 ATK-H24 ATK-H14 over the wire, HTTP/1.1 and HTTP/2", func(t *testing.T) {
		for _, d := range w.doors {
			for _, h2 := range []bool{false, true} {
				s := httptest.NewUnstartedServer(d.handler)
				s.EnableHTTP2 = h2
				s.StartTLS()
				ask := func(fields ...string) int {
					r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/deals", nil)
					for i := 0; i < len(fields); i += 2 {
						r.Header.Add(fields[i], fields[i+1])
					}
					answer, err := s.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					defer answer.Body.Close()
					_, _ = io.Copy(io.Discard, answer.Body)
					if h2 != (answer.ProtoMajor == 2) {
						t.Errorf("HTTP/%d", answer.ProtoMajor)
					}
					return answer.StatusCode
				}
				token := g.token()
				for i, got := range []int{
					ask("Authorization", "Bearer "+token), ask("Authorization", "  Bearer "+token+"  "), ask(), ask("Authorization", "Bearer x"),
					ask("Authorization", "Bearer "+token, "Authorization", "Bearer "+token), ask("Authorization", "Bearer "+strings.Repeat("a", 200_000)),
				} {
					if want := []int{200, 200, 401, 401, 400, 401}[i]; got != want {
						t.Errorf("%s, HTTP/2 %v, request %d: %d, want %d", d.name, h2, i, got, want)
					}
				}
				if !h2 {
					if got := ask("Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version", "13"); got != 401 {
						t.Errorf("%s: an upgrade without a token: %d", d.name, got)
					}
				}
				s.Close()
			}
		}
	})
}
