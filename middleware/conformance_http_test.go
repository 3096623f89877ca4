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
	row(t, "H-01 H-02 B-01 O-03 FA-01 the scheme in any case, one space or more", func(t *testing.T) {
		for _, field := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer      "} {
			w.served(t, request("GET", "/deals", "Authorization", field+token), field)
		}
		w.served(t, request("GET", "/deals", "Authorization", "  Bearer "+token+" \t"), "white space around")
	})
	other := good().also(`"n"`, "1").token()
	type try struct {
		name   string
		r      *http.Request
		reason middleware.Reason
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
	none, bad := middleware.ErrNoToken, middleware.ErrMalformedRequest
	for _, c := range []try{
		{"B-18 MCP-05 no field", auth(), none},
		{"B-18 Basic", auth("Basic dXNlcjpwYXNz"), none},
		{"B-18 Negotiate", auth("Negotiate YII="), none},
		{"B-18 DPoP", auth("DPoP " + token), none},
		{"B-18 H-01 another scheme of six letters", auth("Digest " + token), none},
		{"B-18 an empty field", auth(""), none},
		{"H-01 Bearer2", auth("Bearer2 " + token), none},
		{"H-01 Beare", auth("Beare " + token), none},
		{"H-01 xBearer", auth("xBearer " + token), none},
		{"H-01 Bearer-", auth("Bearer-" + token), none},
		{"H-01 a colon", auth("Bearer: " + token), bad},
		{"H-01 a homoglyph", auth("Ᏼearer " + token), none},
		{"H-02 a tab", auth("Bearer\t" + token), bad},
		{"H-02 a space and a tab", auth("Bearer \t" + token), bad},
		{"H-02 an equals sign", auth("Bearer=" + token), bad},
		{"H-02 a no-break space", auth("Bearer\u00a0" + token), bad},
		{"B-11 B-19 the scheme alone", auth("Bearer"), bad},
		{"B-11 B-19 nothing after it", auth("Bearer   "), bad},
		{"B-11 padding alone", auth("Bearer ="), bad},
		{"H-03 ATK-C18 quotes around", auth(`Bearer "` + token + `"`), bad},
		{"H-03 a quote inside", auth(`Bearer an"invalid"token`), bad},
		{"H-03 ATK-C18 a comma", auth("Bearer " + token + "," + other), bad},
		{"H-03 ATK-C18 a comma and a scheme", auth("Bearer " + token + ", Bearer " + other), bad},
		{"H-05 ATK-C18 two tokens", auth("Bearer " + token + " " + other), bad},
		{"H-05 ATK-C18 Bearer Bearer", auth("Bearer Bearer " + token), bad},
		{"H-05 a space inside", auth("Bearer " + token[:9] + " " + token[9:]), bad},
		{"H-03 ATK-C18 a fragment", auth("Bearer " + token + "#x"), bad},
		{"H-03 ATK-C18 escaped dots", auth("Bearer " + strings.ReplaceAll(token, ".", "%2E")), bad},
		{"H-03 a parameter", auth(`Bearer token="` + token + `"`), bad},
		{"H-03 beyond ASCII", auth("Bearer " + token + "é"), bad},
		{"H-03 NUL", auth("Bearer " + token + "\x00"), bad},
		{"H-03 ATK-C09 a line break", auth("Bearer " + token[:20] + "\r\n" + token[20:]), bad},
		{"H-03 J-03 ATK-C09 B-05 a newline in a segment", auth("Bearer " + token[:20] + "\n" + token[20:]), bad},
		{"H-04 B-09 DP-27 ATK-H01 the same twice", auth("Bearer "+token, "Bearer "+token), bad},
		{"H-04 ATK-H01 good, bad", auth("Bearer "+token, "Bearer x"), bad},
		{"H-04 ATK-H01 bad, good", auth("Bearer x", "Bearer "+token), bad},
		{"H-04 ATK-H01 Basic, Bearer", auth("Basic dTpw", "Bearer "+token), bad},
		{"H-04 ATK-H01 Bearer, Basic", auth("Bearer "+token, "Basic dTpw"), bad},
		{"H-04 ATK-H01 empty, Bearer", auth("", "Bearer "+token), bad},
		{"H-13 DP-28 ATK-H04 Proxy-Authorization", request("GET", "/deals", "Proxy-Authorization", "Bearer "+token), none},
		{"B-06 CF-01 O-02 FA-02 MCP-12 ATK-H02 in the query", request("GET", "/deals?access_token="+token), none},
		{"B-28 in the query, in capitals", request("GET", "/deals?ACCESS_TOKEN="+token), none},
		{"B-10 twice in the query", request("GET", "/deals?access_token="+token+"&access_token="+token), none},
		{"B-02 in a form", form("POST", "/deals", urlencoded, "access_token="+token), none},
		{"B-02 in a form with a charset", form("PUT", "/deals", urlencoded+"; charset=utf-8", "access_token="+token), none},
		{"B-02 ATK-H04 in the body of a GET", form("GET", "/deals", urlencoded, "access_token="+token), none},
		{"B-02 ATK-H04 in multipart", form("POST", "/deals", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\n"+token+"\r\n--b--\r\n"), none},
		{"B-02 ATK-H04 in JSON", form("POST", "/deals", "application/json", `{"access_token":"`+token+`"}`), none},
		{"B-03 ATK-H03 in the query of a form", form("POST", "/deals?access_token="+token, urlencoded, "a=b"), none},
		{"B-26 ATK-H04 in a cookie", request("GET", "/deals", "Cookie", "access_token="+token+"; Authorization=Bearer+"+token), none},
		{"ATK-H04 in Sec-WebSocket-Protocol", request("GET", "/deals", "Sec-WebSocket-Protocol", "bearer, "+token), none},
		{"ATK-H09 named by Connection", request("GET", "/deals", "Connection", "authorization"), none},
		{"ATK-H10 no User-Agent", request("GET", "/deals", "User-Agent", ""), none},
		{"ATK-H10 a prober's User-Agent", request("GET", "/deals", "User-Agent", "kube-probe/1.31"), none},
		{"ATK-H07 X-Original-URL", request("GET", "/deals", "X-Original-Url", "/public", "X-Forwarded-Uri", "/public"), none},
		{"ATK-H07 X-HTTP-Method-Override", request("POST", "/deals", "X-Http-Method-Override", "OPTIONS"), none},
		{"ATK-H08 identity fields", request("GET", "/deals", "X-User", "mallory", "X_user", "mallory", "X-Forwarded-User", "mallory"), none},
		{"H-15 a plain OPTIONS", request("OPTIONS", "/deals"), none},
		{"H-15 a preflight that no CORS middleware answered", request("OPTIONS", "/deals", "Origin", "https://app.example", "Access-Control-Request-Method", "GET"), none},
		{"ATK-H23 a request from another site", request("POST", "/deals", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), none},
		{"H-14 HEAD without a token", request("HEAD", "/deals"), none},
		{"H-14 HEAD with a bad token", request("HEAD", "/deals", "Authorization", "Bearer a.b.c"), middleware.ErrMalformedToken},
		{"B-20 B-17 MCP-05 a word", auth("Bearer mallory-was-here"), middleware.ErrMalformedToken},
		{"H-03 token68 characters in an opaque token", auth("Bearer ab-._~+/cd=="), middleware.ErrMalformedToken},
	} {
		row(t, c.name, func(t *testing.T) { w.refused(t, c.r, c.reason) })
	}
	row(t, "O-02 B-09 CF-01 MCP-12 a token in the query beside one in the field", func(t *testing.T) {
		w.served(t, request("GET", "/deals?access_token=mallory", "Authorization", "Bearer "+token), "query")
		w.served(t, form("POST", "/deals", urlencoded, "access_token=mallory", "Authorization", "Bearer "+token), "form")
	})
	row(t, "B-04 ATK-H25 the body is the handler's", func(t *testing.T) {
		r := form("POST", "/deals", urlencoded, "access_token=mallory&a=b", "Authorization", "Bearer "+token)
		admitted, err := w.auth.Check(r)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(admitted.Body); string(body) != "access_token=mallory&a=b" {
			t.Errorf("body %q", body)
		}
	})
	row(t, "H-19 no byte of the body is read", func(t *testing.T) {
		r := request("POST", "/deals", "Content-Type", urlencoded, "Expect", "100-continue")
		r.Body, r.ContentLength = io.NopCloser(failingReader{t}), 1<<30
		w.refused(t, r, middleware.ErrNoToken)
	})
	row(t, "ATK-D24 ATK-A28 where a token is optional", func(t *testing.T) {
		w.served(t, request("GET", "/maybe"), "none")
		w.served(t, request("GET", "/maybe", "Authorization", "Basic dTpw"), "another scheme")
		w.served(t, request("GET", "/maybe", "Authorization", "Bearer "+token), "good")
		w.refused(t, request("GET", "/maybe", "Authorization", "Bearer "+good().by("foreign-ec", "ES256").token()), middleware.ErrBadSignature)
		w.refused(t, request("GET", "/maybe", "Authorization", "Bearer"), middleware.ErrMalformedRequest)
		w.refused(t, request("GET", "/maybe", "Authorization", "Bearer "+good().claim("exp", at(-9e9*60)).token()), middleware.ErrExpired)
	})
}

type failingReader struct{ t *testing.T }

func (r failingReader) Read([]byte) (int, error) {
	r.t.Error("the body was read")
	return 0, io.EOF
}
