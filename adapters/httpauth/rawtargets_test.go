package httpauth_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
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
	note := func(name string) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = name })
	}
	guard := httpauth.Require(auth, scopes.Scope("admin"))
	routers := map[string]func(mux *httpauth.Mux){
		"every method": func(mux *httpauth.Mux) {
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/admin/", guard(note("admin")))
			mux.Handle("/public", httpauth.Public(note("public")))
			mux.Handle("/public/", httpauth.Public(note("public")))
		},
		"by method": func(mux *httpauth.Mux) {
			mux.Handle("GET /admin", guard(note("admin")))
			mux.Handle("GET /admin/{rest...}", guard(note("admin")))
			mux.Handle("OPTIONS /", httpauth.Public(note("public")))
			mux.Handle("GET /public/", httpauth.Public(note("public")))
		},
		"by host": func(mux *httpauth.Mux) {
			mux.Handle("api.example.com/admin", guard(note("admin")))
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/admin/", guard(note("admin")))
			mux.Handle("public.example.com/", httpauth.Public(note("public")))
		},
		"a catch-all": func(mux *httpauth.Mux) {
			mux.Handle("/{name}", guard(note("admin")))
			mux.Handle("/", guard(note("admin")))
			mux.Handle("/public/", httpauth.Public(note("public")))
		},
		"behind StripPrefix": func(mux *httpauth.Mux) {
			var inner httpauth.Mux
			inner.Handle("/", guard(note("admin")))
			mux.Handle("/admin/", http.StripPrefix("/admin", &inner))
			mux.Handle("/admin", guard(note("admin")))
			mux.Handle("/public/", httpauth.Public(http.StripPrefix("/public", note("public"))))
		},
	}
	for name, register := range routers {
		t.Run("ATK-H05 ATK-H14 "+name, func(t *testing.T) {
			var mux httpauth.Mux
			register(&mux)
			ran = ""
			r := parsed("/admin", "GET", "Authorization: Bearer "+token)
			mux.ServeHTTP(httptest.NewRecorder(), r)
			if ran != "admin" {
				t.Fatal("the guarded handler does not run with a token")
			}
			for _, target := range targets(t) {
				for _, method := range methods {
					for _, disguise := range disguises {
						refuses(t, &mux, target, method, disguise, &ran)
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
