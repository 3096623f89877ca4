package middleware

// Certificates says where the client certificates come from to which tokens are bound
// (RFC 8705, section 3). The zero value takes them from the TLS connection of the request,
// whose server must ask for them: set ClientAuth in its tls.Config to RequestClientCert or
// more. The certificate itself need not be verified: the token says which one it must be,
// and the handshake has shown that the client holds its key.
//
// A token that is bound to a certificate (cnf.x5t#S256) is accepted with that
// certificate alone. Other tokens are accepted as before.
type Certificates struct {
	// Header is the field in which a proxy that terminates TLS passes the certificate
	// on, such as "Client-Cert" (RFC 9440). The proxy must set or remove it in every
	// request. Either Proxies or TrustProxy must be set too: clients can send the field
	// as well. Empty means the certificate of the connection.
	Header string
	// Format is how the proxy writes the certificate: "rfc9440" (HAProxy, Caddy), "pem"
	// (nginx, Apache, AWS ALB), "der" (Traefik), "xfcc" (Envoy), or "sha256" for its
	// thumbprint. Empty means "rfc9440".
	Format string
	// Proxies are the networks of the proxies, such as "10.1.0.0/16". They are compared
	// with the peer of the connection, http.Request.RemoteAddr: no middleware in front of
	// the guard may write an address there that a client has sent.
	Proxies []string
	// TrustProxy decides in place of Proxies whether a request comes from a proxy: by a
	// secret in another field, the proxy's own certificate, or a Unix socket. It must be
	// safe for concurrent use.
	TrustProxy func(*Request) bool
	// Required rejects tokens that are not bound to a certificate. For some routes only,
	// use scopes.Bound. False accepts them.
	Required bool
}
