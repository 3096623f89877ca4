package testutil

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"strings"
	"time"
)

// Options say what kind of authorization server to start. The zero value is a
// server at the root of a free loopback port, with one RSA, one EC and one
// Ed25519 key, one client and tokens that live an hour.
type Options struct {
	// Addr is the address to listen on, "host:port". Empty means a free port of
	// 127.0.0.1. Start refuses an address that is not loopback.
	Addr string

	// InProcess starts no listener: the server is reached only through
	// [Issuer.RoundTrip] and [Issuer.ServeHTTP]. That makes it usable in a
	// testing/synctest bubble, where waiting for a socket stops the clock. Addr
	// then only gives the identifier its host and port; empty means 127.0.0.1:80, or
	// 127.0.0.1:443 with TLS.
	InProcess bool

	// Path is the path of the issuer identifier, such as "/realms/acme". Empty
	// means none. A closing slash belongs to the identifier and is kept. Path
	// has no effect with a System, which has a path of its own.
	Path string

	// Issuer is the issuer identifier to write into tokens and metadata. Empty
	// means the server's own address and path. Setting it makes tokens of an
	// issuer that cannot be reached under its name, such as
	// "https://cas-identity.demo.ipreo.com", with keys published on loopback.
	Issuer string

	// System names the system to impersonate: "c4t", "ipreo", "cadasto",
	// "connect2id" or "cern". Empty means a plain RFC 6749 and RFC 9068 server.
	System string

	// Variant chooses among variants of a System: "v1" or "v2" tokens of c4t
	// (empty means "v2"), and for cadasto "complete", which adds issuer,
	// jwks_uri and capabilities to the metadata (empty means the documented
	// metadata, which has neither).
	Variant string

	// Tenant is the directory of c4t, a GUID in its paths and tokens. Empty
	// means a fixed example. The other systems ignore it.
	Tenant string

	// Clients are those the token endpoint knows. The first is the one that
	// Mint and Curl speak of. Empty means one example client: "demo-client" with
	// the secret "demo-secret" and the scopes deals-read and deals-write, or the
	// one in the System's own documents.
	Clients []Client

	// Audience is the audience of tokens for which a client requests no other.
	// Empty means "https://api.example.com", or what the System's documents say.
	Audience string

	// Resources are the other audiences that a client may ask for with the
	// resource or audience parameter (RFC 8707), or in the scope of c4t. Empty
	// means any audience, but for c4t only Audience. CERN ignores it and issues for
	// any audience.
	Resources []string

	// Lifetime is how long tokens live, in whole seconds. Zero means an hour, or
	// what the System's documents say.
	Lifetime time.Duration

	// Now is the server's clock. Nil means time.Now. See also SetNow and Advance.
	Now func() time.Time

	// Keys are the algorithms to make a signing key for, one key each; the first
	// signs unless another is asked for. Empty means RS256, ES256 and EdDSA, or
	// RS256 alone with a System. RS, PS and ES with 256, 384 and 512, and EdDSA
	// are possible.
	Keys []string

	// FreshKeys makes RSA keys that no earlier Issuer of the process has used.
	// By default an RSA key may come back in another Issuer once its own is
	// closed, because making one is slow. Two Issuers never share a key
	// while both are open.
	FreshKeys bool

	// TLS serves HTTPS with a self-signed certificate, and requests one from clients
	// without requiring it. [Issuer.HTTPClient] trusts the server. Tokens that a
	// client with a certificate requests are bound to it (RFC 8705 section 3).
	TLS bool

	// RequireNonce makes the token endpoint require its nonce in DPoP proofs: it
	// responds use_dpop_nonce to proofs without it (RFC 9449 section 8). A proof with
	// the nonce may have any iat. See also [Issuer.RotateNonce].
	RequireNonce bool

	// CacheControl is the Cache-Control field of metadata and keys. Empty means
	// that none is sent.
	CacheControl string
}

// A Client is one that the token endpoint knows.
type Client struct {
	// ID and Secret are what the client authenticates with. Neither may be empty.
	ID, Secret string

	// Scopes are those the client may have. A request without a scope parameter
	// gets all of them.
	Scopes []string

	// Roles are the application roles of the client: the roles claim, or the
	// place that the System keeps them in.
	Roles []string

	// Claims are written into every token of this client. They replace claims of
	// the same name; a nil value removes one.
	Claims map[string]any

	// NoGrant marks a client that is known but may not use client credentials.
	// Its requests get unauthorized_client.
	NoGrant bool

	// RequireDPoP marks a client that gets tokens only with a DPoP proof (RFC 9449
	// section 5.2). Other clients may send one.
	RequireDPoP bool
}

// binds reports whether the token endpoint binds tokens to keys. With a System it
// ignores proofs and certificates.
func (o *Options) binds() bool { return o.System == "" }

// seesCertificates reports whether a client can present a certificate.
func (o *Options) seesCertificates() bool { return o.TLS || o.InProcess }

// check reports all invalid options, and sets Addr if it is empty.
func (o *Options) check() error {
	var errs []error
	if o.Addr == "" && o.InProcess && o.TLS {
		o.Addr = "127.0.0.1:443"
	} else if o.Addr == "" && o.InProcess {
		o.Addr = "127.0.0.1:80"
	} else if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if host, _, err := net.SplitHostPort(o.Addr); err != nil {
		errs = append(errs, fmt.Errorf("testutil: Addr: %w", err))
	} else if !loopback(host) {
		errs = append(errs, fmt.Errorf("testutil: Addr %q is not a loopback address", o.Addr))
	}
	trimmed := strings.TrimSuffix(o.Path, "/")
	if trimmed != "" && (trimmed == "/" || path.Clean("/"+trimmed) != trimmed) ||
		strings.ContainsAny(o.Path, "{}?#% ") {
		errs = append(errs, fmt.Errorf("testutil: Path %q is not a plain path that starts with a slash", o.Path))
	}
	if o.Tenant != "" && !isGUID(o.Tenant) {
		errs = append(errs, fmt.Errorf("testutil: Tenant %q is not a GUID", o.Tenant))
	}
	if o.Lifetime < time.Second {
		errs = append(errs, errors.New("testutil: Lifetime is under a second"))
	}
	seen := make(map[string]bool)
	for _, c := range o.Clients {
		if c.ID == "" || c.Secret == "" || seen[c.ID] {
			errs = append(errs, fmt.Errorf("testutil: client %q has no id, no secret, or an id twice", c.ID))
		}
		seen[c.ID] = true
		if c.RequireDPoP && !o.binds() {
			errs = append(errs, fmt.Errorf("testutil: client %q: a System binds no tokens to keys", c.ID))
		}
	}
	if o.RequireNonce && !o.binds() {
		errs = append(errs, errors.New("testutil: RequireNonce: a System ignores DPoP proofs"))
	}
	for _, alg := range o.Keys {
		if _, ok := keyTypes[alg]; !ok {
			errs = append(errs, fmt.Errorf("testutil: no keys for algorithm %q", alg))
		}
	}
	return errors.Join(errs...)
}

// loopback reports whether other machines cannot reach a listener on host.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
