package ginauth_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
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
	note := func(name string) gin.HandlerFunc {
		return func(c *gin.Context) { ran = name; c.Status(http.StatusOK) }
	}
	guard := ginauth.Require(auth, scopes.Scope("admin"))
	perRoute := func(r *gin.Engine) {
		r.Any("/public", ginauth.Public(), note("public"))
		r.Any("/public/*rest", ginauth.Public(), note("public"))
		r.Any("/admin", guard, note("admin"))
		r.Any("/admin/*rest", guard, note("admin"))
	}
	for name, register := range map[string]func(r *gin.Engine){
		"a guard per route": perRoute,
		"a guard for a group": func(r *gin.Engine) {
			g := r.Group("/admin", guard)
			g.GET("", note("admin"))
			g.GET("/*rest", note("admin"))
			r.GET("/public/*rest", ginauth.Public(), note("public"))
		},
		"a guard for all": func(r *gin.Engine) {
			r.Use(guard)
			r.GET("/admin", note("admin"))
			r.NoRoute(note("admin"))
			r.NoMethod(note("admin"))
			r.HandleMethodNotAllowed = true
		},
		"raw paths":           func(r *gin.Engine) { r.UseRawPath = true; perRoute(r) },
		"raw paths unescaped": func(r *gin.Engine) { r.UseRawPath, r.UnescapePathValues = true, false; perRoute(r) },
		"fixed paths":         func(r *gin.Engine) { r.RedirectFixedPath = true; perRoute(r) },
		"extra slashes away":  func(r *gin.Engine) { removeExtraSlash(r); perRoute(r) },
		"all of it": func(r *gin.Engine) {
			r.UseRawPath, r.RedirectFixedPath, r.HandleMethodNotAllowed = true, true, true
			removeExtraSlash(r)
			perRoute(r)
		},
		"parameters": func(r *gin.Engine) {
			r.Any("/:name", guard, note("admin"))
			r.Any("/:name/*rest", guard, note("admin"))
		},
	} {
		t.Run("ATK-H05 ATK-H13 "+name, func(t *testing.T) {
			r := gin.New()
			register(r)
			ran = ""
			r.ServeHTTP(httptest.NewRecorder(), parsed("/admin", "GET", "Authorization: Bearer "+token))
			if ran != "admin" {
				t.Fatal("the guarded handler does not run with a token")
			}
			for _, target := range targets(t) {
				for _, method := range methods {
					for _, disguise := range disguises {
						refuses(t, r, target, method, disguise, &ran)
					}
				}
			}
		})
	}
}

// removeExtraSlash sets an option that the oldest releases of Gin do not have.
func removeExtraSlash(r *gin.Engine) {
	if option := reflect.ValueOf(r).Elem().FieldByName("RemoveExtraSlash"); option.IsValid() {
		option.SetBool(true)
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
