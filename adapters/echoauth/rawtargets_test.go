package echoauth_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/scopes"
)

// targets returns the lines of testdata/targets.txt.
func targets(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("../testdata/targets.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			all = append(all, line)
		}
	}
	return all
}

// parsed returns the request that a server would read, nil if it would answer
// 400 itself.
func parsed(target, method string, fields ...string) *http.Request {
	text := method + " " + target + " HTTP/1.1\r\nHost: api.example.com\r\n"
	for _, field := range fields {
		text += field + "\r\n"
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text + "\r\n")))
	if err != nil {
		return nil
	}
	return r
}

// disguises are fields with which a request names another target or method.
var disguises = [][]string{
	nil,
	{"X-Original-URL: /public", "X-Rewrite-URL: /public"},
	{"X-Original-URL: /admin", "X-Rewrite-URL: /admin"},
	{"X-Forwarded-Uri: /public", "X-Forwarded-Path: /public", "X-Forwarded-Prefix: /public", "X-Forwarded-Host: public.example.com"},
	{"X-HTTP-Method-Override: OPTIONS", "X-HTTP-Method: OPTIONS", "X-Method-Override: OPTIONS", "X-Forwarded-Method: OPTIONS"},
	{"Origin: https://app.example", "Access-Control-Request-Method: GET"},
	{"Connection: Authorization, Upgrade", "Upgrade: websocket"},
	{"User-Agent: kube-probe/1.30"},
	{"User-Agent:"},
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "PROPFIND", "QUERY"}

// TestRawTargets sends every spelling of a guarded path without a token. What
// decides is the route that matched.
func TestRawTargets(t *testing.T) {
	auth, token := guardOf(t)
	ran := ""
	note := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error { ran = name; return c.NoContent(http.StatusOK) }
	}
	guard := echoauth.Require(auth, scopes.Scope("admin"))
	public := func(e *echo.Echo) {
		e.Any("/public", note("public"), echoauth.Public())
		e.Any("/public/*", note("public"), echoauth.Public())
	}
	for name, register := range map[string]func(e *echo.Echo){
		"a guard per route": func(e *echo.Echo) {
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"a guard for a group": func(e *echo.Echo) {
			public(e)
			g := e.Group("/admin", guard)
			g.GET("", note("admin"))
			g.GET("/*", note("admin"))
			g.RouteNotFound("/*", note("admin"))
		},
		"a guard for all": func(e *echo.Echo) {
			e.Use(guard)
			e.GET("/admin", note("admin"))
			e.GET("/:name", note("admin"))
			e.RouteNotFound("/*", note("admin"))
		},
		"trailing slashes removed": func(e *echo.Echo) {
			e.Pre(echomiddleware.RemoveTrailingSlash())
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"trailing slashes added": func(e *echo.Echo) {
			e.Pre(echomiddleware.AddTrailingSlash())
			public(e)
			e.Any("/admin/", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"paths rewritten": func(e *echo.Echo) {
			e.Pre(echomiddleware.Rewrite(map[string]string{"/public/*": "/$1", "//*": "/$1"}))
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.Any("/admin/*", note("admin"), guard)
		},
		"methods overridden": func(e *echo.Echo) {
			e.Pre(echomiddleware.MethodOverride())
			public(e)
			e.Any("/admin", note("admin"), guard)
			e.OPTIONS("/*", note("public"), echoauth.Public())
		},
		"parameters": func(e *echo.Echo) {
			public(e)
			e.Any("/:name", note("admin"), guard)
			e.Any("/:name/:rest", note("admin"), guard)
			e.Any("/*", note("admin"), guard)
		},
	} {
		t.Run("ATK-H05 ATK-H13 "+name, func(t *testing.T) {
			e := echo.New()
			register(e)
			ran = ""
			e.ServeHTTP(httptest.NewRecorder(), parsed("/admin", "GET", "Authorization: Bearer "+token))
			if ran != "admin" {
				t.Fatal("the guarded handler does not run with a token")
			}
			for _, target := range targets(t) {
				for _, method := range methods {
					for _, disguise := range disguises {
						refuses(t, e, target, method, disguise, &ran)
					}
				}
			}
		})
	}
}

// refuses sends a request without a token, and follows where it is sent to.
func refuses(t *testing.T, h http.Handler, target, method string, disguise []string, ran *string) {
	t.Helper()
	for range 3 {
		r := parsed(target, method, disguise...)
		if r == nil {
			return
		}
		*ran = ""
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if *ran == "admin" {
			t.Errorf("%s %s with %q: the guarded handler ran", method, target, disguise)
		}
		if w.Code == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s with %q: no challenge", method, target, disguise)
		}
		if target = w.Header().Get("Location"); target == "" {
			return
		}
	}
}
