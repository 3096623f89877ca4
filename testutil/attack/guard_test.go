package attack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/testutil"
)

// A guard is a resource server as somebody might write it by hand, without this
// library. It holds every case of the kit, unless one of its checks is weak in
// the way that weakness names.
type guard struct {
	issuer   *testutil.Issuer
	keys     map[string]jwk
	handler  http.Handler
	weakness string
	known    map[string]bool // weaknesses that the code asked for
}

const theScope = "deals-read"

func newGuard(issuer *testutil.Issuer, handler http.Handler) *guard {
	g := &guard{issuer: issuer, handler: handler, known: map[string]bool{}}
	g.keys = fetchKeys(issuer.JWKSURL())
	return g
}

// lacks reports whether the guard has this weakness.
func (g *guard) lacks(weakness string) bool {
	g.known[weakness] = true
	return g.weakness == weakness
}

// An answer refuses a request.
type answer struct {
	status      int
	code        string
	description string
}

var (
	anonymous    = &answer{401, "", ""}
	unreadable   = &answer{400, "invalid_request", "unreadable"}
	invalid      = &answer{401, "invalid_token", "invalid"}
	insufficient = &answer{403, "insufficient_scope", "insufficient"}
)

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.lacks("answers: the handler runs first") {
		g.handler.ServeHTTP(w, r)
	}
	token, refusal := g.credential(r)
	if refusal == nil {
		refusal = g.verify(token)
	}
	if refusal == nil || g.bypassed(r) {
		g.handler.ServeHTTP(w, r)
		return
	}
	g.refuse(w, *refusal, token)
	if g.lacks("answers: the handler runs after the refusal") {
		g.handler.ServeHTTP(&quiet{}, r)
	}
}

// quiet is a ResponseWriter that writes nothing.
type quiet struct{}

func (quiet) Header() http.Header         { return http.Header{} }
func (quiet) Write(b []byte) (int, error) { return len(b), nil }
func (quiet) WriteHeader(int)             {}

// bypassed reports whether something else than a token lets the request pass.
func (g *guard) bypassed(r *http.Request) bool {
	switch {
	case r.Header.Get("X-Original-Url") != "":
		return g.lacks("bypass: X-Original-URL")
	case r.Header.Get("X-Http-Method-Override") == "OPTIONS":
		return g.lacks("bypass: method override")
	case r.Header.Get("X-Forwarded-User") != "":
		return g.lacks("bypass: identity field")
	case r.Header.Get("X-Forwarded-For") == "127.0.0.1":
		return g.lacks("bypass: loopback")
	case strings.HasPrefix(r.UserAgent(), "kube-probe"):
		return g.lacks("bypass: prober")
	case r.Header.Get("Authorization") == "":
		return g.lacks("bypass: no token")
	}
	return false
}

func (g *guard) refuse(w http.ResponseWriter, a answer, token string) {
	if a == *anonymous && g.lacks("answers: an error code without a token") {
		a.code = "invalid_token"
	}
	challenge := `Bearer realm="api"`
	if a.code != "" {
		code := a.code
		if g.lacks("answers: always invalid_request") {
			code = "invalid_request"
		}
		challenge += `, error="` + code + `", error_description="` + a.description + `"`
	}
	switch {
	case a.status == 403 && g.lacks("answers: 401 for a missing scope"):
		a.status = 401
	case a.status == 401 && g.lacks("answers: 403 for a bad token"):
		a.status = 403
	case g.lacks("answers: 200"):
		a.status = 200
	case g.lacks("answers: 500"):
		a.status = 500
	case g.lacks("answers: 302"):
		a.status = 302
	}
	if a.status == 403 && a.code == insufficient.code {
		scope := theScope
		if g.lacks("answers: another scope than the one that is missing") {
			scope = "openid"
		}
		challenge += `, scope="` + scope + `"`
	}
	fields := []string{challenge}
	switch {
	case g.lacks("answers: no challenge"):
		fields = nil
	case g.lacks("answers: another scheme"):
		fields = []string{`Basic realm="api"`}
	case g.lacks("answers: two challenges"):
		fields = []string{challenge, challenge}
	case g.lacks("answers: a parameter twice"):
		fields[0] += `, realm="other"`
	case g.lacks("answers: a quote within quotes"):
		fields[0] += `, error_uri="say "no""`
	case g.lacks("answers: beyond ASCII"):
		fields[0] += `, error_uri="é"`
	case g.lacks("answers: no commas"):
		fields[0] = strings.ReplaceAll(challenge, ",", "") + ` x="y"`
	case g.lacks("answers: the token in the challenge") && !strings.ContainsAny(token, "\"\\\r\n\x00"):
		fields[0] += `, token="` + token + `"`
	}
	w.Header()["Www-Authenticate"] = fields
	w.WriteHeader(a.status)
	if g.lacks("answers: the token in the body") {
		io.WriteString(w, "cannot read "+token)
	}
}

// credential returns the token of r.
func (g *guard) credential(r *http.Request) (string, *answer) {
	fields := r.Header["Authorization"]
	if token := g.fromElsewhere(r); token != "" {
		return token, nil
	}
	if len(fields) > 1 {
		switch {
		case g.lacks("credential: the first of several fields"):
			fields = fields[:1]
		case g.lacks("credential: the last of several fields"):
			fields = fields[len(fields)-1:]
		default:
			return "", unreadable
		}
	}
	if len(fields) == 0 || fields[0] == "" {
		return "", anonymous
	}
	scheme, token, found := strings.Cut(fields[0], " ")
	switch {
	case !found && scheme == fields[0] && g.lacks("credential: no scheme needed"):
		return scheme, nil
	case !found && g.lacks("credential: no space needed") && len(scheme) > 6:
		return scheme[6:], nil
	case !found && g.lacks("credential: a tab will do"):
		_, token, _ = strings.Cut(fields[0], "\t")
		return token, nil
	case !found && g.lacks("credential: other separators"):
		return strings.TrimLeft(scheme[min(len(scheme), 6):], ":=\u00a0"), nil
	case !found && strings.EqualFold(scheme, "Bearer"):
		if g.lacks("credential: panics without a token") {
			panic("index out of range")
		}
		return "", unreadable
	case g.lacks("credential: any scheme"):
	case scheme == "Bearer:" && g.lacks("credential: a colon"):
		return token, nil
	case scheme != "Bearer" && g.lacks("good: the scheme in one case only"):
		return "", anonymous
	case strings.EqualFold(scheme, "DPoP") && g.lacks("credential: DPoP without a proof"):
		return token, nil
	case !strings.EqualFold(scheme, "Bearer"):
		if strings.Contains(fields[0], "Bearer ") && g.lacks("credential: Bearer anywhere") {
			return fields[0][strings.LastIndex(fields[0], "Bearer ")+7:], nil
		}
		return "", anonymous
	}
	token = strings.TrimLeft(token, " ")
	switch {
	case g.lacks("credential: up to the next space"):
		token, _, _ = strings.Cut(token, " ")
	case g.lacks("credential: up to the next comma"):
		token, _, _ = strings.Cut(token, ",")
	case g.lacks("credential: the last word"):
		token = token[strings.LastIndex(token, " ")+1:]
	case g.lacks("credential: without brackets"):
		token = strings.Trim(token, "<>")
	case g.lacks("credential: up to a semicolon"):
		token, _, _ = strings.Cut(token, ";")
	case g.lacks("credential: as a parameter"):
		token = strings.Trim(strings.TrimPrefix(token, "token="), `"`)
	case g.lacks("credential: in ASCII alone"):
		token = strings.Map(func(r rune) rune {
			if r > 0x7f {
				return -1
			}
			return r
		}, token)
	case g.lacks("credential: without quotes"):
		token = strings.Trim(token, `"`)
	case g.lacks("credential: without space around"):
		token = strings.TrimSpace(token)
	case g.lacks("credential: with escapes"):
		if t, err := url.PathUnescape(token); err == nil {
			token = t
		}
	}
	if token == "" {
		return "", unreadable
	}
	return token, nil
}

// fromElsewhere returns a token from where none should be read.
func (g *guard) fromElsewhere(r *http.Request) string {
	query := r.URL.Query()
	isForm := r.Header.Get("Content-Type") == "application/x-www-form-urlencoded"
	switch {
	case query.Has("access_token") && g.lacks("credential: the query"):
		return query.Get("access_token")
	case query.Has("token") && g.lacks("credential: the query, as token"):
		return query.Get("token")
	case isForm && g.lacks("credential: the form"):
		return r.PostFormValue("access_token")
	case isForm && g.lacks("credential: the form and the query together"):
		return r.FormValue("access_token")
	case strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") && g.lacks("credential: multipart"):
		return r.FormValue("access_token")
	case r.Header.Get("Content-Type") == "application/json" && g.lacks("credential: JSON"):
		var body map[string]string
		_ = json.NewDecoder(r.Body).Decode(&body)
		return body["access_token"]
	case r.Header.Get("Cookie") != "" && g.lacks("credential: a cookie"):
		c, _ := r.Cookie("access_token")
		return c.Value
	}
	for _, name := range []string{"Proxy-Authorization", "X-Access-Token", "X-Authorization", "X-Forwarded-Authorization", "Authorization_"} {
		if f := r.Header[name]; f != nil && g.lacks("credential: "+name) {
			return strings.TrimPrefix(f[0], "Bearer ")
		}
	}
	if f := r.Header.Get("Sec-Websocket-Protocol"); f != "" && g.lacks("credential: WebSocket protocol") {
		return strings.TrimPrefix(f, "bearer, ")
	}
	return ""
}

// permits reports whether the token's scope covers the route.
func (g *guard) permits(c claims) *answer {
	raw, there := c["scope"]
	var list []string
	var text string
	switch {
	case g.lacks("scope: not looked at"):
		return nil
	case !there:
		if g.lacks("scope: none is enough") {
			return nil
		}
		return insufficient
	case json.Unmarshal(raw, &text) == nil && text != "":
		if text != theScope && g.lacks("good: one scope only") {
			return insufficient
		}
		list = strings.Split(text, " ")
		switch {
		case g.lacks("scope: any white space separates"):
			list = strings.Fields(text)
		case g.lacks("scope: commas separate"):
			list = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
		case g.lacks("scope: semicolons separate"):
			list = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ';' })
		case g.lacks("scope: contained"):
			if strings.Contains(text, theScope) {
				return nil
			}
		}
	default:
		if json.Unmarshal(raw, &list) != nil {
			if g.lacks("scope: any type") && strings.Contains(string(raw), `"`+theScope+`"`) {
				return nil
			}
			return insufficient
		}
		if g.lacks("scope: array members split") {
			list = strings.Fields(strings.Join(list, " "))
		}
	}
	if slices.ContainsFunc(list, func(have string) bool {
		return have == theScope ||
			strings.HasPrefix(theScope, have) && have != "" && g.lacks("scope: a prefix will do") ||
			strings.HasPrefix(have, theScope) && g.lacks("scope: more will do") ||
			strings.HasSuffix(have, theScope) && g.lacks("scope: a suffix will do") ||
			strings.EqualFold(have, theScope) && g.lacks("scope: in any case") ||
			have == "*" && g.lacks("scope: a star") ||
			strings.HasSuffix(have, "*") && strings.HasPrefix(theScope, have[:len(have)-1]) && g.lacks("scope: patterns") ||
			strings.Trim(have, `[]"`) == theScope && g.lacks("scope: trimmed")
	}) {
		return nil
	}
	return insufficient
}
