package attack_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// credential returns the token of r.
func (g *guard) credential(r *http.Request) (string, *refusal) {
	fields := r.Header["Authorization"]
	if token := g.fromElsewhere(r); token != "" {
		return token, nil
	}
	if token, problem := g.fromCookie(r); token != "" || problem != nil {
		return token, problem
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
	case strings.EqualFold(scheme, "DPoP") && (found && !strings.ContainsAny(token, `", `)):
		return token, nil // possessed checks the proof
	case strings.EqualFold(scheme, "DPoP"):
		return "", unreadable
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

// fromElsewhere returns a token from a place that must not be read.
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
	for _, name := range []string{
		"Proxy-Authorization", "X-Access-Token", "X-Authorization", "X-Forwarded-Authorization",
		"Authorization_",
	} {
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
func (g *guard) permits(c claims) *refusal {
	raw, there := c["scope"]
	var list []string
	var text string
	switch {
	case g.lacks("scope: not checked"):
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
			strings.HasSuffix(have, "*") && strings.HasPrefix(theScope, have[:len(have)-1]) &&
				g.lacks("scope: patterns") ||
			strings.Trim(have, `[]"`) == theScope && g.lacks("scope: trimmed")
	}) {
		return nil
	}
	return insufficient
}

// theCookie is the cookie that the guard reads.
const theCookie = "session"

// fromCookie returns the token in the cookie, "" if there is none.
func (g *guard) fromCookie(r *http.Request) (string, *refusal) {
	var values []string
	for _, cookie := range r.Cookies() {
		if cookie.Name == theCookie {
			values = append(values, cookie.Value)
		}
	}
	if len(values) == 0 {
		return "", nil
	}
	socket := r.Header.Get("Upgrade") != ""
	asked := &http.Request{Method: r.Method, Host: r.Host, Header: r.Header, URL: r.URL}
	if socket && !g.lacks("cookie: a WebSocket of any site") {
		asked.Method = http.MethodPost
	}
	safe := asked.Method == http.MethodGet || asked.Method == http.MethodHead
	proof := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	switch {
	case len(values) > 1 && g.lacks("cookie: the first of several"):
	case len(values) > 1 && g.lacks("cookie: the last of several"):
		values = values[1:]
	case len(values) > 1:
		return "", unreadable
	}
	switch {
	case r.Header["Authorization"] != nil && g.lacks("cookie: before the field"):
	case r.Header["Authorization"] != nil && g.lacks("cookie: after the field"):
		return "", nil
	case r.Header["Authorization"] != nil:
		return "", unreadable
	}
	switch {
	case safe:
	case !proof && !g.lacks("cookie: without a proof"):
		return "", unreadable
	case proof && new(http.CrossOriginProtection).Check(asked) != nil && !g.lacks("cookie: of any site"):
		return "", unreadable
	}
	return values[0], nil
}
