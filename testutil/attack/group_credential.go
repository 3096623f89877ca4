package attack

import (
	"io"
	"net/http"
	"strings"
)

// credentialAttacks are about where the token is: RFC 6750 section 2, RFC 9110
// section 11.
func credentialAttacks(h *harness) {
	token := h.good().compact()
	const none = "No bearer token: a challenge without an error code (RFC 6750 section 3.1)."
	h.add(anonymous, "credential/none", none, "", func(*http.Request) {})
	for name, field := range sorted(map[string]string{
		"empty-field": "", "Basic": "Basic dXNlcjpwYXNz", "Negotiate": "Negotiate YII=",
		"Digest": `Digest username="mallory"`,
	}) {
		h.authorization(anonymous, "credential/"+name, none, "", field)
	}
	h.authorization(anonymous, "credential/Bearer2", "A scheme that begins with Bearer.", token,
		"Bearer2 "+token)
	h.authorization(malformed, "credential/DPoP-scheme",
		"An unbound token sent by the scheme for bound ones, without a proof (RFC 9449 section 7.1).",
		token, "DPoP "+token)
	const unreadable = "A good token in a field that is not Bearer, spaces and one token " +
		"(RFC 6750 section 2.1)."
	for name, field := range sorted(map[string]string{
		"scheme-alone": "Bearer", "scheme-and-spaces": "Bearer   ", "no-space": "Bearer" + token,
		"tab": "Bearer\t" + token, "colon": "Bearer: " + token, "equals": "Bearer=" + token,
		"no-break-space": "Bearer\u00a0" + token,
		"token-alone":    token, "Token-scheme": "Token " + token, "JWT-scheme": "JWT " + token,
		"half-the-scheme": "Beare " + token, "homoglyph": "\u0412earer " + token,
		"Bearer-Bearer": "Bearer Bearer " + token, "parameter": `Bearer token="` + token + `"`,
		"quotes": `Bearer "` + token + `"`, "brackets": "Bearer <" + token + ">",
		"beyond-ASCII":     "Bearer " + token + "\u00e9",
		"two-by-a-space":   "Bearer " + token + " " + token,
		"two-by-a-comma":   "Bearer " + token + "," + token,
		"two-with-schemes": "Bearer " + token + ", Bearer " + token,
		"Basic-and-Bearer": "Basic dXNlcjpwYXNz, Bearer " + token,
		"something-after":  "Bearer " + token + " x", "comma-after": "Bearer " + token + ",",
		"semicolon-after": "Bearer " + token + ";",
	}) {
		h.authorization(malformed, "credential/"+name, unreadable, token, field)
	}
	const several = "Several Authorization fields, of which a proxy and the API may read different ones " +
		"(RFC 9110 section 5.3)."
	bad := h.good().signedBy(h.otherKey(h.key.alg), h.key.alg).compact()
	for name, fields := range sorted(map[string][]string{
		"the-same-twice": {"Bearer " + token, "Bearer " + token},
		"good-and-bad":   {"Bearer " + token, "Bearer " + bad},
		"bad-and-good":   {"Bearer " + bad, "Bearer " + token},
		"Basic-first":    {"Basic dXNlcjpwYXNz", "Bearer " + token},
		"Basic-last":     {"Bearer " + token, "Basic dXNlcjpwYXNz"}, "empty-first": {"", "Bearer " + token},
	}) {
		h.authorization(malformed, "credential/fields-"+name, several, token, fields...)
	}
	h.elsewhere(token)

	const bypass = "No token, and a field that makes some proxies and frameworks skip the check."
	for name, field := range sorted(map[string][2]string{
		"X-Original-URL":  {"X-Original-Url", "/healthz"},
		"X-Forwarded-Uri": {"X-Forwarded-Uri", "/healthz"}, "X-Rewrite-URL": {"X-Rewrite-Url", "/healthz"},
		"method-override": {"X-Http-Method-Override", "OPTIONS"},
		"identity":        {"X-Forwarded-User", "admin"}, "loopback": {"X-Forwarded-For", "127.0.0.1"},
		"certificate": {"X-Forwarded-Client-Cert", "By=x;Hash=x"},
		"hop-by-hop":  {"Connection", "authorization"}, "prober": {"User-Agent", "kube-probe/1.31"},
	}) {
		h.add(anonymous, "credential/bypass-"+name, bypass, "",
			func(r *http.Request) { r.Header.Set(field[0], field[1]) })
	}
}

// elsewhere puts a good token into places where an API must not look, or looks
// only if its author decided so.
func (h *harness) elsewhere(token string) {
	const other = "A good token in a place that is logged, or that other sites can make a browser fill " +
		"(RFC 6750 section 5.3, RFC 9700 section 4.3.2)."
	for name, field := range sorted(map[string][2]string{
		"cookie":                    {"Cookie", "access_token=" + token + "; token=" + token + "; jwt=" + token},
		"Proxy-Authorization":       {"Proxy-Authorization", "Bearer " + token},
		"WebSocket-protocol":        {"Sec-Websocket-Protocol", "bearer, " + token},
		"X-Access-Token":            {"X-Access-Token", token},
		"X-Authorization":           {"X-Authorization", "Bearer " + token},
		"X-Forwarded-Authorization": {"X-Forwarded-Authorization", "Bearer " + token},
		"underscore":                {"Authorization_", "Bearer " + token},
	}) {
		h.add(anonymous, "credential/in-"+name, other, token,
			func(r *http.Request) { r.Header[field[0]] = []string{field[1]} })
	}
	query := func(r *http.Request, name string) {
		r.URL.RawQuery = name + "=" + token
		r.RequestURI = r.URL.RequestURI()
	}
	for _, name := range []string{"access_token", "token", "jwt", "ACCESS_TOKEN", "authorization"} {
		h.add(malformed, "credential/in-query-"+name, other, token,
			func(r *http.Request) { query(r, name) })
	}
	send := func(r *http.Request, method, mediaType, body string) {
		r.Method, r.Body, r.ContentLength = method, io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Type", mediaType)
	}
	const form = "application/x-www-form-urlencoded"
	for name, change := range sorted(map[string]func(*http.Request){
		"form":            func(r *http.Request) { send(r, "POST", form, "access_token="+token) },
		"form-of-a-GET":   func(r *http.Request) { send(r, "GET", form, "access_token="+token) },
		"query-of-a-form": func(r *http.Request) { send(r, "POST", form, "x=y"); query(r, "access_token") },
		"multipart": func(r *http.Request) {
			send(r, "POST", "multipart/form-data; boundary=b",
				"--b\r\nContent-Disposition: form-data; "+
					"name=\"access_token\"\r\n\r\n"+token+"\r\n--b--\r\n")
		},
		"JSON": func(r *http.Request) {
			send(r, "POST", "application/json",
				`{"access_token":"`+token+`"}`)
		},
		"form-and-bad-header": func(r *http.Request) {
			send(r, "POST", form, "access_token="+token)
			r.Header.Set("Authorization", "Bearer x")
		},
	}) {
		h.add(elsewhere, "credential/in-"+name, other, token, change)
	}
	h.add(malformed, "credential/in-query-with-a-bad-header", other, token, func(r *http.Request) {
		query(r, "access_token")
		r.Header.Set("Authorization", "Bearer x")
	})
}
