package testutil

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
)

// HTTPClient returns a client that reaches the server: over TLS it trusts the
// server's certificate, and with Options.InProcess it needs no network. It presents
// certificate, unless that is nil. Each call returns a new client, whose connections
// end with the server.
func (i *Issuer) HTTPClient(certificate *ClientCertificate) *http.Client {
	if i.options.InProcess {
		return &http.Client{Transport: inProcess{i, certificate}}
	}
	t := &http.Transport{}
	if i.secure != nil {
		roots := x509.NewCertPool()
		roots.AddCert(i.secure.Certificates[0].Leaf)
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		if certificate != nil {
			t.TLSClientConfig.Certificates = []tls.Certificate{certificate.TLS()}
		}
	}
	return &http.Client{Transport: t}
}

// inProcess reaches a server without a network, as if over a connection on which the
// client presented certificate, which may be nil.
type inProcess struct {
	issuer      *Issuer
	certificate *ClientCertificate
}

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.certificate != nil {
		r = r.WithContext(r.Context()) // a copy, because a RoundTripper must not change r
		r.TLS = t.certificate.ConnectionState()
	}
	return t.issuer.RoundTrip(r)
}
