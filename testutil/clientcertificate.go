package testutil

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"sync"
)

// A ClientCertificate is the self-signed certificate of a client that proves possession
// by mutual TLS (RFC 8705), with a P-256 key. The zero ClientCertificate is ready for use:
// it is made when it is needed first, valid from an hour before for five years. It must not
// be copied then. Its methods may be called from several goroutines at the same time.
//
// A server has to request certificates without verifying their chain:
// tls.RequestClientCert or tls.RequireAnyClientCert.
type ClientCertificate struct {
	// Name is the common name of the subject. Empty means "client".
	Name string

	once sync.Once
	made tls.Certificate
}

// TLS returns the certificate for tls.Config.Certificates. Its Leaf is set.
func (c *ClientCertificate) TLS() tls.Certificate {
	c.once.Do(func() {
		var err error
		if c.made, err = selfSigned(cmp.Or(c.Name, "client"), x509.ExtKeyUsageClientAuth); err != nil {
			panic("testutil: ClientCertificate: " + err.Error())
		}
	})
	return c.made
}

// Thumbprint returns the SHA-256 thumbprint of the certificate, which is the
// x5t#S256 of tokens that are bound to it (RFC 8705 section 3.1).
func (c *ClientCertificate) Thumbprint() string { return sha256Text(c.TLS().Leaf.Raw) }

// Confirmation returns the cnf claim of tokens that are bound to the certificate,
// for Issuer.Mint. Each call returns a new map.
func (c *ClientCertificate) Confirmation() map[string]any {
	return map[string]any{"x5t#S256": c.Thumbprint()}
}

// ConnectionState returns what a server knows of a connection on which the client
// presented the certificate, for the TLS field of a request that a test makes
// without a connection.
func (c *ClientCertificate) ConnectionState() *tls.ConnectionState {
	return &tls.ConnectionState{
		Version:           tls.VersionTLS13,
		HandshakeComplete: true,
		PeerCertificates:  []*x509.Certificate{c.TLS().Leaf},
	}
}
