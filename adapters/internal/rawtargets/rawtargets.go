// Package rawtargets tests adapters with request targets that have led others
// around a guard.
package rawtargets

import (
	"bufio"
	_ "embed"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// An API is what a test registers with its router: Admin for /admin and all
// paths below it, behind a guard that requires Need, and Public for /public and
// all paths below it.
type API struct {
	Auth          *middleware.Authenticator
	Need          scopes.Requirement
	Admin, Public http.Handler
}

// Run tries the routers, each in a subtest of its name. ids are the requirements
// that these tests cover, separated by spaces.
func Run(t *testing.T, ids string, routers map[string]func(API) http.Handler) {
	auth, token := testauth.New(t)
	ran := ""
	note := func(name string) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = name })
	}
	for name, build := range routers {
		t.Run(name, func(t *testing.T) {
			for id := range strings.FieldsSeq(ids) {
				t.Attr("requirement", id)
			}
			Try(t, build(API{auth, scopes.Scope("admin"), note("admin"), note("public")}), token, &ran)
		})
	}
}

// Try sends every target to h with every method and disguise, without a token.
// It fails the test if the guarded handler runs, which sets ran to "admin".
func Try(t *testing.T, h http.Handler, token string, ran *string) {
	t.Helper()
	*ran = ""
	h.ServeHTTP(httptest.NewRecorder(), Request("/admin", "GET", "Authorization: Bearer "+token))
	if *ran != "admin" {
		t.Fatal("the guarded handler does not run with a token")
	}
	for _, target := range targets() {
		for _, method := range methods {
			for _, disguise := range disguises {
				follow(t, h, target, method, disguise, ran)
			}
		}
	}
}

// follow sends a request without a token, and then to where it is redirected.
func follow(t *testing.T, h http.Handler, target, method string, disguise []string, ran *string) {
	t.Helper()
	for range 3 {
		r := Request(target, method, disguise...)
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

// Request returns the request as a server reads it, nil if a server would
// respond with status 400.
func Request(target, method string, fields ...string) *http.Request {
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

//go:embed targets.txt
var text string

// targets returns the lines of targets.txt.
func targets() []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			all = append(all, line)
		}
	}
	return all
}

var methods = []string{
	"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "PROPFIND", "QUERY",
}

// disguises are header fields that name another target or method.
var disguises = [][]string{
	nil,
	{"X-Original-URL: /public", "X-Rewrite-URL: /public"},
	{"X-Original-URL: /admin", "X-Rewrite-URL: /admin"},
	{
		"X-Forwarded-Uri: /public", "X-Forwarded-Path: /public", "X-Forwarded-Prefix: /public",
		"X-Forwarded-Host: public.example.com",
	},
	{
		"X-HTTP-Method-Override: OPTIONS", "X-HTTP-Method: OPTIONS", "X-Method-Override: OPTIONS",
		"X-Forwarded-Method: OPTIONS",
	},
	{"Origin: https://app.example", "Access-Control-Request-Method: GET"},
	{"Connection: Authorization, Upgrade", "Upgrade: websocket"},
	{"User-Agent: kube-probe/1.30"},
	{"User-Agent:"},
}
