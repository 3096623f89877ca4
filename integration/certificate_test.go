package integration_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// certifiedID is the client whose tokens are bound to its certificate.
const certifiedID = "certified-feed"

// apiHost is the name of servers with a certificate of serverCertificate.
const apiHost = "api.example.com"

// serverCertificate makes a certificate for apiHost and 127.0.0.1. It returns a file with
// the certificate and its key, in PEM, and what clients trust.
func serverCertificate(t *testing.T, dir string) (file string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		DNSNames:     []string{apiHost},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text.Write(certificate)
	text.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	file = filepath.Join(dir, "server.pem")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	return file, roots
}

// newClient returns a client that presents a certificate if it has one, on a connection of
// its own for each request. It resumes its TLS session.
func newClient(t *testing.T, config *tls.Config, certificate *testutil.ClientCertificate) *http.Client {
	t.Helper()
	config = config.Clone()
	config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	if certificate != nil {
		config.Certificates = []tls.Certificate{certificate.TLS()}
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

// certifiedToken gets a token that is bound to the certificate of client.
func (s *server) certifiedToken(t *testing.T, client *http.Client, format string) string {
	t.Helper()
	got, err := send(client, tokenRequest(t, s.tls, certifiedID, audience+"/"+format, "deals-read"))
	if err != nil {
		t.Fatal(err)
	}
	return issued(t, got)
}

// The server issues a token that is bound to a certificate, and every adapter serves it
// on connections on which the client presented that certificate, with a new TLS session
// and with a resumed one.
func TestACertificateBoundTokenIsServedOnlyWithItsCertificate(t *testing.T) {
	requireIntegration(t)
	file, roots := serverCertificate(t, t.TempDir())
	s := startServer(t, "--tls", file)
	own, other := &testutil.ClientCertificate{Name: "own"}, &testutil.ClientCertificate{Name: "other"}
	trust := &tls.Config{RootCAs: roots}
	token := s.certifiedToken(t, newClient(t, trust, own), "ES256")
	others := s.certifiedToken(t, newClient(t, trust, other), "ES256")
	plain := s.token(t, "ES256", "deals-read")
	apis := startAPIs(t, s, func(config *middleware.Config) {
		config.Certificates = new(middleware.Certificates)
	})
	for version, number := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		for _, a := range apis {
			roots := x509.NewCertPool()
			roots.AddCert(a.listening.Certificate())
			config := &tls.Config{RootCAs: roots, MaxVersion: number}
			for _, c := range []struct {
				name        string
				certificate *testutil.ClientCertificate
				token       string
				served      string // the client in the response, "" if the token is rejected
			}{
				{"its certificate", own, token, certifiedID},
				{"the other certificate and its token", other, others, certifiedID},
				{"no certificate", nil, token, ""},
				{"another certificate", other, token, ""},
				{"the other certificate's token", own, others, ""},
				{"no certificate and a token that is not bound", nil, plain, clientID},
				{"a certificate and a token that is not bound", own, plain, clientID},
			} {
				t.Run(version+"/"+a.name+"/"+c.name, func(t *testing.T) {
					client := newClient(t, config, c.certificate)
					for _, resumed := range []bool{false, true} {
						got, err := send(client, a.request(t, http.MethodGet, "/v1/deals", c.token))
						if err != nil {
							t.Fatal(err)
						}
						if got.tls.Version != number || got.tls.DidResume != resumed {
							t.Fatalf("version %x, resumed: %v", got.tls.Version, got.tls.DidResume)
						}
						if c.served == "" {
							checkRejected(t, a, got, middleware.ErrNotHolder, "invalid_token")
						} else if got.status != http.StatusOK || string(got.body) != c.served {
							t.Errorf("%d %q for %s", got.status, got.body, a.events.rejection())
						}
					}
				})
			}
		}
	}
}

// An API with the same trust that takes no certificates rejects bound tokens.
func TestABoundTokenIsRejectedByAnAPIThatCannotCheckIt(t *testing.T) {
	requireIntegration(t)
	file, roots := serverCertificate(t, t.TempDir())
	s := startServer(t, "--tls", file)
	client := newClient(t, &tls.Config{RootCAs: roots}, new(testutil.ClientCertificate))
	certified := s.certifiedToken(t, client, "ES256")
	bound, _ := s.boundToken(t, new(testutil.ProofKey), "ES256")
	for _, a := range startAPIs(t, s, nil) {
		for _, token := range []string{certified, bound} {
			got := a.call(t, http.MethodGet, "/v1/deals", token)
			checkRejected(t, a, got, middleware.ErrNotHolder, "invalid_token")
		}
	}
}
