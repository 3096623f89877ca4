package middleware

import (
	"crypto/tls"
	"net/http"
)

// A Request is what the decision sees of a request. It is not tied to net/http, so that
// other servers, queues and proxies can make one. The decision keeps nothing of it: a
// server may use the memory of its strings again when the request has ended.
type Request struct {
	// Token is the access token, for callers that have read it themselves, such as
	// those of a queue. Empty means that Header has it.
	Token string
	// Header holds the header fields. Names are in the canonical form of
	// net/textproto, such as "Authorization".
	Header map[string][]string

	// Method is the HTTP method, "" if there is none.
	Method string
	// Host is the host that the request is for, as in http.Request.
	Host string
	// Route is the pattern that the router matched the request with, for logs: "" if
	// it is not known.
	Route string
	// Target is the request target as it was sent (RFC 9112, section 3.2): path and query.
	Target string

	// Path returns the values of the parameters of the path, for scopes.PathTenant. Nil
	// means that there are none.
	Path interface{ PathValue(name string) string }

	// TLS is the state of the connection, nil if it has no TLS.
	TLS *tls.ConnectionState
	// Peer is the address and port of the other end of the connection.
	Peer string
}

// RequestOf returns what the decision sees of r.
func RequestOf(r *http.Request) Request {
	view := Request{
		Header: r.Header, Method: r.Method, Host: r.Host, Route: r.Pattern, Target: r.RequestURI,
		Path: r, TLS: r.TLS, Peer: r.RemoteAddr,
	}
	if view.Target == "" { // no server has read it
		view.Target = targetOf(r)
	}
	return view
}

func targetOf(r *http.Request) string {
	if r.URL == nil {
		return ""
	}
	return r.URL.RequestURI()
}
