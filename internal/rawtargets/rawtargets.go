// Package rawtargets sends the spellings of a guarded path that have got past
// other guards, for the tests of the adapters.
package rawtargets

import (
	"bufio"
	_ "embed"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

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

// Request returns the request that a server would read, nil if it would answer
// 400 itself.
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

// Try sends every spelling of h's paths below /admin, which demand token,
// without one. What decides has to be the route that matched. The handler of
// those paths sets ran to "admin".
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
				refuses(t, h, target, method, disguise, ran)
			}
		}
	}
}

// refuses sends a request without a token, and follows where it is sent to.
func refuses(t *testing.T, h http.Handler, target, method string, disguise []string, ran *string) {
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
