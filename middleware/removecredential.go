package middleware

import (
	"net/http"
	"strings"
)

// RemoveCredential removes the caller's token from r, wherever Config.Credentials may have
// it, its DPoP proof and the field of Certificates.Header, for requests that the API makes
// or passes on: another service must not get a token that was issued for this API. Use it
// in the Rewrite of a reverse proxy:
//
//	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
//		p.SetURL(target)
//		auth.RemoveCredential(p.Out)
//	}}
func (a *Authenticator) RemoveCredential(r *http.Request) {
	if a.other != nil {
		a.other.RemoveCredential(r)
	}
	if a.places == nil || a.proofs != nil {
		r.Header.Del("Authorization")
	}
	if a.proofs != nil {
		r.Header.Del("Dpop")
	}
	a.certificates.remove(r.Header)
	for i := range a.places {
		a.places[i].remove(r)
	}
}

// remove removes the token in one place. Of cookies and protocols the others stay.
func (c *Credential) remove(r *http.Request) {
	switch {
	case c.Scheme != "":
		r.Header.Del("Authorization")
	case c.Header != "":
		r.Header.Del(c.Header)
	case c.Cookie != "":
		cookies := r.Cookies()
		r.Header.Del("Cookie")
		for _, cookie := range cookies {
			if cookie.Name != c.Cookie {
				r.AddCookie(cookie)
			}
		}
	case c.WebSocketProtocol != "":
		c.removeProtocol(r)
	case r.URL != nil:
		query := r.URL.Query()
		if query.Has(c.DangerouslyQuery) {
			query.Del(c.DangerouslyQuery)
			r.URL.RawQuery = query.Encode()
		}
	}
}

func (c *Credential) removeProtocol(r *http.Request) {
	const field = "Sec-Websocket-Protocol"
	offered := strings.Split(strings.Join(r.Header[field], ","), ",")
	var kept []string
	for i := 0; i < len(offered); i++ {
		element := strings.Trim(offered[i], " \t")
		rest, found := strings.CutPrefix(element, c.WebSocketProtocol)
		switch {
		case found && strings.HasSuffix(c.WebSocketProtocol, "."):
		case found && rest == "":
			i++ // the token
		case element != "":
			kept = append(kept, element)
		}
	}
	r.Header.Del(field)
	if kept != nil {
		r.Header.Set(field, strings.Join(kept, ", "))
	}
}
