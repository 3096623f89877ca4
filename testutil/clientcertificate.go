package testutil

import (
	"crypto/tls"
	"crypto/x509"
)

// A ClientCertificate is the certificate of a client that proves possession by
// mutual TLS (RFC 8705), with its private key. It must not be changed. Its methods
// may be called from several goroutines at the same time.
type ClientCertificate struct {
	// TLS is the certificate for tls.Config.Certificates. Its Leaf is set.
	TLS tls.Certificate
}

// NewClientCertificate makes a P-256 key and a self-signed certificate for it, whose
// subject has name as its common name. It is valid from an hour ago for five years.
// A server has to request certificates without verifying their chain:
// tls.RequestClientCert or tls.RequireAnyClientCert.
func NewClientCertificate(name string) *ClientCertificate {
	c, err := selfSigned(name, x509.ExtKeyUsageClientAuth)
	if err != nil {
		panic("testutil: NewClientCertificate: " + err.Error())
	}
	return &ClientCertificate{c}
}

// Thumbprint returns the SHA-256 thumbprint of the certificate, which is the
// x5t#S256 of tokens that are bound to it (RFC 8705 section 3.1).
func (c *ClientCertificate) Thumbprint() string { return sha256Text(c.TLS.Leaf.Raw) }

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
		PeerCertificates:  []*x509.Certificate{c.TLS.Leaf},
	}
}
