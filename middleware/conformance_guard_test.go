package middleware_test

import (
	"context"
	"encoding/json"
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

// TestGuard is about the guards of the adapters.
func TestGuard(t *testing.T) {
	g := good()
	w := newWorld(t, nil)
	row(t, "a rule that panics admits no request", "ATK-H15 H-06", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Validate = func(*claims.Token) error { panic("mallory-free text") }
		})
		for _, d := range w.adapters {
			if o := w.send(d, bearing(g.token())); o.ran || o.panic == nil && o.status < 500 {
				t.Errorf("%s: %+v", d.name, o)
			}
		}
	})
	row(t, "Echo with an error handler of the API's own", "ATK-H12", func(t *testing.T) {
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
		o := w.send(adapter{"echo", e}, bearing(g.by("foreign-ec", "ES256").token()))
		if err := o.check("GET", badSignature); err != nil {
			t.Error(err)
		}
	})
	row(t, "gin stops, and writes once", "ATK-H11", func(t *testing.T) {
		e := gin.New()
		late := 0
		e.Use(func(c *gin.Context) { c.Next() }, ginauth.Require(w.auth), func(*gin.Context) { late++ })
		e.GET("/deals", func(*gin.Context) { late++ })
		o := w.send(adapter{"gin", e}, bearing("x"))
		if err := o.check("GET", malformed); err != nil || late != 0 || strings.Count(o.body, `{"error"`) != 1 {
			t.Error(err, late, o.body)
		}
	})
	row(t, "another API verifies the token again", "ATK-H18 ATK-G01 ATK-G02 ATK-H17 BC-02", func(t *testing.T) {
		other := newWorld(t, func(c *middleware.Config) { c.Audiences = []string{"https://other.example"} })
		inner := httpauth.Require(other.auth)(http.HandlerFunc(func(http.ResponseWriter,
			*http.Request) {
			w.ran.Add(1)
		}))
		o := w.send(adapter{"nested", httpauth.Require(w.auth)(inner)}, bearing(g.token()))
		o.logged += other.logged.take()
		if err := o.check("GET", wrongAudience); err != nil {
			t.Error(err)
		}
		both := g.claim("aud", `["https://api.example.com","https://other.example"]`)
		if o := w.send(adapter{"nested", httpauth.Require(w.auth)(inner)}, bearing(both.token())); !o.ran {
			t.Error("a token for both was rejected")
		}
	})
	row(t, "an inner guard requires more", "O-01 B-21 ATK-G06 ATK-H18", func(t *testing.T) {
		inner := httpauth.Require(w.auth,
			scopes.Scope("deals-write"))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.ran.Add(1) }))
		o := w.send(adapter{"nested", httpauth.Require(w.auth, scopes.Scope("deals-read"))(inner)},
			bearing(g.token()))
		if err := o.check("GET", middleware.ErrInsufficientScope); err != nil {
			t.Error(err)
		}
	})
	row(t, "an unknown error admits no request", "H-06 ATK-H16", func(t *testing.T) {
		for _, err := range []error{errors.New("x"), middleware.Reason("x"), &middleware.Error{}, nil} {
			status, body := w.auth.Refuse(http.Header{}, err)
			if text, _ := json.Marshal(body); status != 500 || strings.Contains(string(text), `"error":`) {
				t.Errorf("%v: %d %s", err, status, text)
			}
		}
	})
	row(t, "only a guard puts a token into the request", "ATK-H19", func(t *testing.T) {
		r := request("GET", "/deals")
		ctx := claims.NewContext(r.Context(), &claims.Token{Subject: "mallory", Scopes: []string{"deals-read"}})
		//lint:ignore SA1029 the mistake is the point
		ctx = context.WithValue(ctx, "user", "mallory")
		w.rejects(t, r.WithContext(ctx), middleware.ErrNoToken)
	})
	row(t, "a rejected token changes nothing for later ones", "ATK-G05 ATK-G09 ATK-G03", func(t *testing.T) {
		w := newWorld(t, nil)
		genuine := g.token()
		part := strings.Split(genuine, ".")
		forged := part[0] + "." + strings.Split(g.claim("scope", `"admin"`).token(), ".")[1] + "." + part[2]
		for range 3 {
			w.rejects(t, bearing(forged), badSignature)
			w.serves(t, bearing(genuine), "genuine")
		}
		other, err := w.auth.Verify(t.Context(), g.claim("client_id", `"other"`).token())
		if err != nil || other.ClientID != "other" {
			t.Error(other, err)
		}
	})
	row(t, "each route checks a cached token for its own scopes", "ATK-G06", func(t *testing.T) {
		r := bearing(g.claim("jti", `"once"`).token())
		w.serves(t, r, "one scope")
		r.URL.Path = "/both"
		w.rejects(t, r, middleware.ErrInsufficientScope)
	})
	row(t, "the denylist is asked about cached tokens", "ATK-G04", func(t *testing.T) {
		gone := false
		w := newWorld(t, func(c *middleware.Config) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) { return gone, nil }
		})
		r := bearing(g.token())
		w.serves(t, r, "fresh")
		gone = true
		w.rejects(t, r, middleware.ErrRevoked)
	})
	row(t, "HEAD as GET", "H-14", func(t *testing.T) {
		for _, d := range w.adapters {
			for _, path := range []string{"/deals", "/status"} {
				for _, auth := range []string{"Bearer " + g.token(), "Bearer x", "Bearer"} {
					get, head := w.send(d, request("GET", path, "Authorization", auth)),
						w.send(d, request("HEAD", path, "Authorization", auth))
					for _, name := range []string{"Content-Length", "Content-Type", "X-Content-Type-Options"} {
						// Section 9.3.2 leaves what describes a body to the server.
						get.header.Del(name)
						head.header.Del(name)
					}
					if path == "/deals" && get.status == 200 {
						continue // the handler's own affair
					}
					if get.status != head.status || !reflect.DeepEqual(get.header, head.header) || head.body != "" {
						t.Errorf("%s %s %.9s: %d %v %q, and for GET %d %v", d.name, path, auth, head.status, head.header,
							head.body, get.status, get.header)
					}
				}
			}
		}
	})
	row(t, "over the wire, HTTP/1.1 and HTTP/2", "H-05 H-20 ATK-H24 ATK-H14", func(t *testing.T) {
		for _, d := range w.adapters {
			for _, h2 := range []bool{false, true} {
				s := httptest.NewUnstartedServer(d.handler)
				s.EnableHTTP2 = h2
				s.StartTLS()
				ask := func(fields ...string) int {
					r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/deals", nil)
					for i := 0; i < len(fields); i += 2 {
						r.Header.Add(fields[i], fields[i+1])
					}
					response, err := s.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					defer response.Body.Close()
					_, _ = io.Copy(io.Discard, response.Body)
					if h2 != (response.ProtoMajor == 2) {
						t.Errorf("HTTP/%d", response.ProtoMajor)
					}
					return response.StatusCode
				}
				token := g.token()
				for i, got := range []int{
					ask("Authorization", "Bearer "+token), ask("Authorization", "  Bearer "+token+"  "), ask(),
					ask("Authorization", "Bearer x"),
					ask("Authorization", "Bearer "+token, "Authorization", "Bearer "+token),
					ask("Authorization", "Bearer "+strings.Repeat("a", 200_000)),
				} {
					if want := []int{200, 200, 401, 401, 400, 401}[i]; got != want {
						t.Errorf("%s, HTTP/2 %v, request %d: %d, want %d", d.name, h2, i, got, want)
					}
				}
				if !h2 {
					if got := ask("Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Key",
						"AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version", "13"); got != 401 {
						t.Errorf("%s: an upgrade without a token: %d", d.name, got)
					}
				}
				s.Close()
			}
		}
	})
}
