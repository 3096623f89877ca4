package middleware_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestCredential is about where a token may be: RFC 9110, section 11 and RFC
// 6750, section 2.
func TestCredential(t *testing.T) {
	w := newWorld(t, nil)
	token := good().token()
	row(t, "the scheme in any case, one space or more", "H-01 H-02 B-01 O-03 FA-01", func(t *testing.T) {
		for _, field := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer      "} {
			w.serves(t, request("GET", "/deals", "Authorization", field+token), field)
		}
		w.serves(t, request("GET", "/deals", "Authorization", "  Bearer "+token+" \t"), "white space around")
	})
	other := good().also(`"n"`, "1").token()
	type try struct {
		name, ids string
		r         *http.Request
		reason    middleware.Reason
	}
	auth := func(fields ...string) *http.Request {
		var pairs []string
		for _, f := range fields {
			pairs = append(pairs, "Authorization", f)
		}
		return request("GET", "/deals", pairs...)
	}
	form := func(method, path, mediaType, body string, fields ...string) *http.Request {
		r := request(method, path, append(fields, "Content-Type", mediaType)...)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		return r
	}
	const urlencoded = "application/x-www-form-urlencoded"
	none, bad, word := middleware.ErrNoToken, middleware.ErrMalformedRequest, middleware.ErrMalformedToken
	for _, c := range []try{
		{"no field", "B-18 MCP-05", auth(), none},
		{"Basic", "B-18", auth("Basic dXNlcjpwYXNz"), none},
		{"Negotiate", "B-18", auth("Negotiate YII="), none},
		{"DPoP", "B-18", auth("DPoP " + token), none},
		{"another scheme of six letters", "B-18 H-01", auth("Digest " + token), none},
		{"an empty field", "B-18", auth(""), none},
		{"Bearer2", "H-01", auth("Bearer2 " + token), none},
		{"Beare", "H-01", auth("Beare " + token), none},
		{"xBearer", "H-01", auth("xBearer " + token), none},
		{"Bearer-", "H-01", auth("Bearer-" + token), none},
		{"a colon", "H-01", auth("Bearer: " + token), bad},
		{"a homoglyph", "H-01", auth("Ᏼearer " + token), none},
		{"a tab", "H-02", auth("Bearer\t" + token), bad},
		{"a space and a tab", "H-02", auth("Bearer \t" + token), bad},
		{"an equals sign", "H-02", auth("Bearer=" + token), bad},
		{"a no-break space", "H-02", auth("Bearer\u00a0" + token), bad},
		{"the scheme alone", "B-11 B-19", auth("Bearer"), bad},
		{"nothing after it", "B-11 B-19", auth("Bearer   "), bad},
		{"padding alone", "B-11", auth("Bearer ="), bad},
		{"quotes around", "H-03 ATK-C18", auth(`Bearer "` + token + `"`), word},
		{"a quote inside", "H-03", auth(`Bearer an"invalid"token`), word},
		{"a comma", "H-03 ATK-C18", auth("Bearer " + token + "," + other), bad},
		{"a comma and a scheme", "H-03 ATK-C18", auth("Bearer " + token + ", Bearer " + other), bad},
		{"two tokens", "H-05 ATK-C18", auth("Bearer " + token + " " + other), bad},
		{"Bearer Bearer", "H-05 ATK-C18", auth("Bearer Bearer " + token), bad},
		{"a space inside", "H-05", auth("Bearer " + token[:9] + " " + token[9:]), bad},
		{"a fragment", "H-03 ATK-C18", auth("Bearer " + token + "#x"), word},
		{"escaped dots", "H-03 ATK-C18", auth("Bearer " + strings.ReplaceAll(token, ".", "%2E")), word},
		{"a parameter", "H-03", auth(`Bearer token="` + token + `"`), word},
		{"beyond ASCII", "H-03", auth("Bearer " + token + "é"), bad},
		{"NUL", "H-03", auth("Bearer " + token + "\x00"), bad},
		{"a line break", "H-03 ATK-C09", auth("Bearer " + token[:20] + "\r\n" + token[20:]), bad},
		{"a newline in a segment", "H-03 J-03 ATK-C09 B-05", auth("Bearer " + token[:20] + "\n" + token[20:]), bad},
		{"the same twice", "H-04 B-09 DP-27 ATK-H01", auth("Bearer "+token, "Bearer "+token), bad},
		{"good, bad", "H-04 ATK-H01", auth("Bearer "+token, "Bearer x"), bad},
		{"bad, good", "H-04 ATK-H01", auth("Bearer x", "Bearer "+token), bad},
		{"Basic, Bearer", "H-04 ATK-H01", auth("Basic dTpw", "Bearer "+token), bad},
		{"Bearer, Basic", "H-04 ATK-H01", auth("Bearer "+token, "Basic dTpw"), bad},
		{"empty, Bearer", "H-04 ATK-H01", auth("", "Bearer "+token), bad},
		{"Proxy-Authorization", "H-13 DP-28 ATK-H04",
			request("GET", "/deals", "Proxy-Authorization", "Bearer "+token), none},
		{"in the query", "B-06 CF-01 O-02 FA-02 MCP-12 ATK-H02",
			request("GET", "/deals?access_token="+token), none},
		{"in the query, in capitals", "B-28", request("GET", "/deals?ACCESS_TOKEN="+token), none},
		{"twice in the query", "B-10", request("GET", "/deals?access_token="+token+"&access_token="+token), none},
		{"in a form", "B-02", form("POST", "/deals", urlencoded, "access_token="+token), none},
		{"in a form with a charset", "B-02", form("PUT", "/deals", urlencoded+"; charset=utf-8",
			"access_token="+token), none},
		{"in the body of a GET", "B-02 ATK-H04", form("GET", "/deals", urlencoded, "access_token="+token), none},
		{"in multipart", "B-02 ATK-H04", form("POST", "/deals", "multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\n"+token+"\r\n--b--\r\n"), none},
		{"in JSON", "B-02 ATK-H04", form("POST", "/deals", "application/json",
			`{"access_token":"`+token+`"}`), none},
		{"in the query of a form", "B-03 ATK-H03", form("POST", "/deals?access_token="+token, urlencoded,
			"a=b"), none},
		{"in a cookie", "B-26 ATK-H04", request("GET", "/deals", "Cookie",
			"access_token="+token+"; Authorization=Bearer+"+token), none},
		{"in Sec-WebSocket-Protocol", "ATK-H04", request("GET", "/deals", "Sec-WebSocket-Protocol",
			"bearer, "+token), none},
		{"named by Connection", "ATK-H09", request("GET", "/deals", "Connection", "authorization"), none},
		{"no User-Agent", "ATK-H10", request("GET", "/deals", "User-Agent", ""), none},
		{"a prober's User-Agent", "ATK-H10", request("GET", "/deals", "User-Agent", "kube-probe/1.31"), none},
		{"X-Original-URL", "ATK-H07", request("GET", "/deals", "X-Original-Url", "/public", "X-Forwarded-Uri",
			"/public"), none},
		{"X-HTTP-Method-Override", "ATK-H07", request("POST", "/deals", "X-Http-Method-Override", "OPTIONS"), none},
		{"identity fields", "ATK-H08", request("GET", "/deals", "X-User", "mallory", "X_user", "mallory",
			"X-Forwarded-User", "mallory"), none},
		{"a plain OPTIONS", "H-15", request("OPTIONS", "/deals"), none},
		{"a preflight that reached the guard", "H-15",
			request("OPTIONS", "/deals", "Origin", "https://app.example", "Access-Control-Request-Method",
				"GET"), none},
		{"a request from another site", "ATK-H23", request("POST", "/deals", "Origin", "https://evil.example",
			"Sec-Fetch-Site", "cross-site"), none},
		{"HEAD without a token", "H-14", request("HEAD", "/deals"), none},
		{"HEAD with a bad token", "H-14", request("HEAD", "/deals", "Authorization", "Bearer a.b.c"),
			middleware.ErrMalformedToken},
		{"a word", "B-20 B-17 MCP-05", auth("Bearer mallory-was-here"), middleware.ErrMalformedToken},
		{"token68 characters in an opaque token", "H-03", auth("Bearer ab-._~+/cd=="),
			middleware.ErrMalformedToken},
	} {
		row(t, c.name, c.ids, func(t *testing.T) { w.rejects(t, c.r, c.reason) })
	}
	row(t, "a token in the query and one in the field", "O-02 B-09 CF-01 MCP-12", func(t *testing.T) {
		w.serves(t, request("GET", "/deals?access_token=mallory", "Authorization", "Bearer "+token), "query")
		w.serves(t, form("POST", "/deals", urlencoded, "access_token=mallory", "Authorization",
			"Bearer "+token), "form")
	})
	row(t, "the body is the handler's", "B-04 ATK-H25", func(t *testing.T) {
		r := form("POST", "/deals", urlencoded, "access_token=mallory&a=b", "Authorization", "Bearer "+token)
		admitted, err := w.auth.Check(r)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(admitted.Body); string(body) != "access_token=mallory&a=b" {
			t.Errorf("body %q", body)
		}
	})
	row(t, "no byte of the body is read", "H-19", func(t *testing.T) {
		r := request("POST", "/deals", "Content-Type", urlencoded, "Expect", "100-continue")
		r.Body, r.ContentLength = io.NopCloser(failingReader{t}), 1<<30
		w.rejects(t, r, middleware.ErrNoToken)
	})
	row(t, "where a token is optional", "ATK-D24 ATK-A28", func(t *testing.T) {
		w.serves(t, request("GET", "/maybe"), "none")
		w.serves(t, request("GET", "/maybe", "Authorization", "Basic dTpw"), "another scheme")
		w.serves(t, request("GET", "/maybe", "Authorization", "Bearer "+token), "good")
		w.rejects(t, request("GET", "/maybe", "Authorization", "Bearer "+good().by("foreign-ec", "ES256").token()),
			middleware.ErrBadSignature)
		w.rejects(t, request("GET", "/maybe", "Authorization", "Bearer"), middleware.ErrMalformedRequest)
		w.rejects(t, request("GET", "/maybe", "Authorization", "Bearer "+good().claim("exp", at(-9e9*60)).token()),
			middleware.ErrExpired)
	})
}

type failingReader struct{ t *testing.T }

func (r failingReader) Read([]byte) (int, error) {
	r.t.Error("the body was read")
	return 0, io.EOF
}
