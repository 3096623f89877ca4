package middleware

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Credential is a place in which a request may carry its token. Exactly one field must
// be set.
type Credential struct {
	// Scheme is an authentication scheme of the Authorization field, such as "Bearer"
	// (RFC 6750, section 2.1).
	Scheme string
	// Header is a field whose whole value is the token, such as
	// "Cf-Access-Jwt-Assertion", which a proxy in front of the API adds. The proxy must
	// remove the field from the requests of clients.
	Header string
	// Cookie is the name of a cookie whose value is the token. Browsers add cookies to
	// requests that other sites make. So a request with such a cookie must prove, by
	// Sec-Fetch-Site or Origin, that a page of the API's own origin has sent it, unless
	// its method is GET, HEAD or OPTIONS and it does not ask for a WebSocket. Otherwise
	// it is rejected as ErrCrossOrigin. Give the cookie the attributes HttpOnly, Secure
	// and SameSite.
	Cookie string
	// WebSocketProtocol is an element of the Sec-WebSocket-Protocol field of a request
	// for a WebSocket, which scripts can set. The token is the next element or, if
	// WebSocketProtocol ends with a dot, the rest of the same: "bearer" reads
	// "chat, bearer, TOKEN", and "bearer." reads "chat, bearer.TOKEN". The handler must
	// choose the protocol of the response from its own, never the first that is offered.
	WebSocketProtocol string
	// DangerouslyQuery is a parameter of the query whose value is the token. It counts
	// only in requests for a WebSocket or an event stream, which scripts cannot give
	// header fields. URLs are written to logs and histories, and the token with them.
	DangerouslyQuery string
}

// bearer is the scheme of Config.Credentials if that is nil.
const bearer = "Bearer"

// places are the checked Config.Credentials.
type places []Credential

// token returns the token of r. The reason is ErrNoToken if no place holds one,
// ErrMalformedRequest if a place holds something else or more than one does, and
// ErrCrossOrigin for a cookie that another site may have sent.
func (all places) token(r *Request) (token string, reason Reason) {
	if all == nil {
		return schemeToken(r, bearer)
	}
	reason = ErrNoToken
	for i := range all {
		found, problem := all[i].token(r)
		switch {
		case problem == ErrNoToken:
		case problem != "":
			return "", problem
		case token != "":
			return "", ErrMalformedRequest // another reader may take the other one
		default:
			token, reason = found, ""
		}
	}
	return token, reason
}

// token returns the token in one place.
func (c *Credential) token(r *Request) (token string, reason Reason) {
	switch {
	case c.Scheme != "":
		return schemeToken(r, c.Scheme)
	case c.Header != "":
		return soleField(r.Header[c.Header])
	case c.Cookie != "":
		return c.cookie(r)
	case c.WebSocketProtocol != "":
		return c.protocol(r)
	}
	return c.query(r)
}

// soleField returns the value of a field that holds nothing but the token.
func soleField(fields []string) (token string, reason Reason) {
	switch len(fields) {
	case 0:
		return "", ErrNoToken
	case 1:
		if token = strings.Trim(fields[0], " \t"); token != "" {
			return token, ""
		}
	}
	return "", ErrMalformedRequest
}

// cookie returns the value of the cookie (RFC 6265, section 5.4).
func (c *Credential) cookie(r *Request) (token string, reason Reason) {
	var values []string
	for _, line := range r.Header["Cookie"] {
		cookies, err := http.ParseCookie(line)
		if err != nil {
			if strings.Contains(line, c.Cookie+"=") {
				return "", ErrMalformedRequest
			}
			continue
		}
		for _, cookie := range cookies {
			if cookie.Name == c.Cookie {
				values = append(values, cookie.Value)
			}
		}
	}
	token, reason = soleField(values)
	if reason == "" && !r.fromOwnOrigin() {
		return "", ErrCrossOrigin
	}
	return token, reason
}

// protocol returns the token among the protocols of a request for a WebSocket (RFC 6455,
// section 11.3.4).
func (c *Credential) protocol(r *Request) (token string, reason Reason) {
	if !r.wantsWebSocket() {
		return "", ErrNoToken
	}
	var offered, values []string
	for _, line := range r.Header["Sec-Websocket-Protocol"] {
		for element := range strings.SplitSeq(line, ",") {
			offered = append(offered, strings.Trim(element, " \t"))
		}
	}
	for i, element := range offered {
		rest, found := strings.CutPrefix(element, c.WebSocketProtocol)
		switch {
		case found && strings.HasSuffix(c.WebSocketProtocol, "."):
			values = append(values, rest)
		case found && rest == "":
			values = append(values, strings.Join(offered[i+1:min(i+2, len(offered))], ""))
		}
	}
	return soleField(values)
}

// query returns the token in the query of a request for a WebSocket or an event stream.
func (c *Credential) query(r *Request) (token string, reason Reason) {
	accept := strings.Join(r.Header["Accept"], ",")
	if !r.wantsWebSocket() && (r.Method != http.MethodGet || !strings.Contains(accept, "text/event-stream")) {
		return "", ErrNoToken
	}
	_, query, _ := strings.Cut(r.Target, "?")
	values, err := url.ParseQuery(query)
	if err != nil && strings.Contains(query, c.DangerouslyQuery+"=") {
		return "", ErrMalformedRequest
	}
	return soleField(values[c.DangerouslyQuery])
}

// wantsWebSocket reports whether r asks for a WebSocket (RFC 6455, section 4.1; RFC 8441,
// section 5, where net/http shows the method CONNECT).
func (r *Request) wantsWebSocket() bool {
	return slices.ContainsFunc(r.Header["Upgrade"], func(field string) bool {
		return strings.EqualFold(strings.TrimSpace(field), "websocket")
	}) || r.Method == http.MethodConnect
}

// fromOwnOrigin reports whether a page of the API's own origin has sent r, or whether r
// changes nothing.
func (r *Request) fromOwnOrigin() bool {
	method := r.Method
	if r.wantsWebSocket() {
		method = http.MethodPost // cookies come with it, and CORS does not protect it
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	if r.Header["Sec-Fetch-Site"] == nil && r.Header["Origin"] == nil {
		return false
	}
	asked := &http.Request{Method: method, Host: r.Host, Header: r.Header, URL: new(url.URL)}
	return new(http.CrossOriginProtection).Check(asked) == nil
}

// fields returns the names of the header fields on which the credential depends.
func (all places) fields() []string {
	if all == nil {
		return []string{"Authorization"}
	}
	var names []string
	for i := range all {
		switch c := &all[i]; {
		case c.Scheme != "":
			names = append(names, "Authorization")
		case c.Header != "":
			names = append(names, c.Header)
		case c.Cookie != "":
			names = append(names, "Cookie")
		case c.WebSocketProtocol != "":
			names = append(names, "Sec-WebSocket-Protocol")
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// schemes returns the schemes to name in challenges: Bearer if no place has a scheme.
func (all places) schemes() []string {
	var names []string
	for i := range all {
		if all[i].Scheme != "" {
			names = append(names, all[i].Scheme)
		}
	}
	if names == nil {
		return []string{bearer}
	}
	return names
}
