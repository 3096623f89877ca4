package middleware_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestConformanceCertificateOnAConnection has clients that connect by TLS to a server that
// asks for certificates and verifies none of them. Later connections resume the session of
// the first.
func TestConformanceCertificateOnAConnection(t *testing.T) {
	api := newBoundAPI(t, nil)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			w.Header().Set("X-Resumed", "yes")
		}
		if _, err := api.Check(r); err != nil {
			api.WriteRefusal(w, r, err)
		}
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	defer server.Close()
	bound := api.mint(api.cert.Confirmation())
	for _, c := range []struct {
		name, ids string
		present   *testutil.ClientCertificate
		version   uint16
		status    int
	}{
		{"the certificate", "ML-01 ML-03 ML-08 ML-14", api.cert, tls.VersionTLS13, http.StatusOK},
		{"the certificate with TLS 1.2", "ML-01 ML-03 ML-08 ML-14", api.cert, tls.VersionTLS12, http.StatusOK},
		{"another certificate", "ML-08 ATK-I08 ATK-I09", &testutil.ClientCertificate{}, tls.VersionTLS13,
			http.StatusUnauthorized},
		{"no certificate", "ML-08 ATK-I08 ATK-I09", nil, tls.VersionTLS13, http.StatusUnauthorized},
	} {
		row(t, c.name, c.ids, func(t *testing.T) {
			transport := server.Client().Transport.(*http.Transport).Clone()
			transport.DisableKeepAlives = true
			own := transport.TLSClientConfig
			own.ClientSessionCache, own.MaxVersion = tls.NewLRUClientSessionCache(1), c.version
			if c.present != nil {
				own.Certificates = []tls.Certificate{c.present.TLS()}
			}
			for _, resumed := range []string{"", "yes"} {
				r, err := http.NewRequest("GET", server.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+bound)
				response, err := transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				// A session is there for the next connection when the response was read.
				response.Body.Close()
				if response.StatusCode != c.status || response.Header.Get("X-Resumed") != resumed {
					t.Errorf("status %d, resumed %q; want %d and %q", response.StatusCode,
						response.Header.Get("X-Resumed"), c.status, resumed)
				}
			}
		})
	}
}

// TestConformanceLeaf has a chain in which the bound certificate is not the client's own.
func TestConformanceLeaf(t *testing.T) {
	covers(t, "ML-09")
	api := newBoundAPI(t, nil)
	own, other := api.cert.TLS().Leaf, (&testutil.ClientCertificate{Name: "other"}).TLS().Leaf
	for want, chain := range map[middleware.Reason][]*x509.Certificate{
		"": {own, other}, middleware.ErrNotHolder: {other, own},
	} {
		r := presented{scheme: "Bearer", token: api.mint(api.cert.Confirmation())}.request()
		r.TLS = &tls.ConnectionState{PeerCertificates: chain}
		for range 2 { // verified, and cached
			if _, err := api.Decide(t.Context(), r); reasonOf(err) != want {
				t.Errorf("%v, want %q", err, want)
			}
		}
	}
}

const (
	theProxy  = "10.1.2.3:40000"
	aStranger = "203.0.113.9:40000"
)

// fieldOf returns a certificate as RFC 9440, section 2.2, says.
func fieldOf(c *testutil.ClientCertificate) string {
	return ":" + base64.StdEncoding.EncodeToString(c.TLS().Leaf.Raw) + ":"
}

// TestConformanceCertificateFields has proxies that pass certificates on, and others that
// write the same fields.
func TestConformanceCertificateFields(t *testing.T) {
	const ids = "ML-04 ML-12 BC-05 ATK-I08"
	connection := middleware.Certificates{}
	field := middleware.Certificates{Header: "client-cert", Proxies: []string{"10.1.0.0/16", "fd00::/8"}}
	secret := middleware.Certificates{Header: "Client-Cert", TrustProxy: func(r *middleware.Request) bool {
		return strings.Join(r.Header["X-Proxy-Secret"], ",") == "s3cret"
	}}
	const pass = middleware.Reason("")
	for _, c := range []struct {
		name   string
		config middleware.Certificates
		peer   string
		field  string
		secret string
		tls    bool // the connection has the certificate, as of a proxy
		want   middleware.Reason
		alien  uint64
	}{
		{"the proxy's", field, theProxy, "Client-Cert", "", false, pass, 0},
		{"an IPv6 proxy's", field, "[fd00::1]:40000", "Client-Cert", "", false, pass, 0},
		{"a client's", field, aStranger, "Client-Cert", "", false, middleware.ErrNotHolder, 1},
		{"a client's on a connection with the certificate", field, aStranger, "Client-Cert", "", true,
			middleware.ErrNotHolder, 1},
		{"no field on a connection with the certificate", field, theProxy, "", "", true,
			middleware.ErrNotHolder, 0},
		{"another field", field, theProxy, "X-Client-Cert", "", false, middleware.ErrNotHolder, 0},
		{"another spelling", field, theProxy, "Client_cert", "", false, middleware.ErrNotHolder, 0},
		{"any field where the connection counts", connection, theProxy, "Client-Cert", "", false,
			middleware.ErrNotHolder, 0},
		{"the proxy knows a secret", secret, aStranger, "Client-Cert", "s3cret", false, pass, 0},
		{"a client does not know it", secret, theProxy, "Client-Cert", "guess", false, middleware.ErrNotHolder, 1},
		{"a Unix socket", field, "@", "Client-Cert", "", false, middleware.ErrNotHolder, 1},
	} {
		row(t, c.name, ids, func(t *testing.T) {
			api := newBoundAPI(t, func(config *middleware.Config) { config.Certificates = &c.config })
			p := presented{scheme: "Bearer", token: api.mint(api.cert.Confirmation())}
			if c.tls {
				p.certificate = api.cert
			}
			r := p.request()
			r.Peer = c.peer
			if c.field != "" {
				r.Header[c.field] = []string{fieldOf(api.cert)}
			}
			if c.secret != "" {
				r.Header["X-Proxy-Secret"] = []string{c.secret}
			}
			if _, err := api.Decide(t.Context(), r); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
			if n := api.Stats().UntrustedCertificates; n != c.alien {
				t.Errorf("%d untrusted fields, want %d", n, c.alien)
			}
		})
	}
}

// TestConformanceNoCertificate has what proxies write for clients without a certificate, with
// tokens that are bound to a certificate and to the hash of nothing.
func TestConformanceNoCertificate(t *testing.T) {
	covers(t, "ML-10 ML-11 ML-17 ATK-I09")
	nothing := sha256.Sum256(nil)
	hash := base64.RawURLEncoding.EncodeToString(nothing[:])
	for format, values := range map[string][]string{
		"rfc9440": {"absent", "", "::", ":=:", ":AA==:", "(null)", "-"},
		"pem":     {"absent", "", "(null)", "-", "-----BEGIN CERTIFICATE----- -----END CERTIFICATE-----"},
		"der":     {"absent", "", "(null)", ","},
		"xfcc":    {"absent", "", "Hash=", `Cert=""`, "By=spiffe://a"},
		"sha256":  {"absent", "", "(null)", "-", hash, base64.StdEncoding.EncodeToString(nothing[:])},
	} {
		api := newBoundAPI(t, func(c *middleware.Config) {
			c.Certificates = &middleware.Certificates{Header: "X-Cert", Format: format,
				Proxies: []string{"10.0.0.0/8"}}
		})
		for _, value := range values {
			for _, cnf := range []map[string]any{api.cert.Confirmation(), {"x5t#S256": hash}} {
				r := presented{scheme: "Bearer", token: api.mint(cnf)}.request()
				r.Peer = theProxy
				if value != "absent" {
					r.Header["X-Cert"] = []string{value}
				}
				_, err := api.Decide(t.Context(), r)
				h := http.Header{}
				status, _ := api.Refuse(h, err)
				if reasonOf(err) != middleware.ErrNotHolder || status != http.StatusUnauthorized ||
					!strings.Contains(h.Get("Www-Authenticate"), `error="invalid_token"`) {
					t.Errorf("%s %q: %v, status %d, %v", format, value, err, status, h)
				}
			}
		}
	}
}

// TestConformanceRewrittenAddress has a middleware in front of the guard that takes the
// address of the client from a field, as many do.
func TestConformanceRewrittenAddress(t *testing.T) {
	covers(t, "ML-18")
	api := newBoundAPI(t, func(c *middleware.Config) {
		c.Certificates = &middleware.Certificates{Header: "Client-Cert", Proxies: []string{"10.1.0.0/16"}}
	})
	realIP := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if address := r.Header.Get("X-Real-Ip"); address != "" {
			r.RemoteAddr = address
		}
		if _, err := api.Check(r); err != nil {
			api.WriteRefusal(w, r, err)
		}
	})
	for address, want := range map[string]int{"": http.StatusOK, "10.1.2.3": http.StatusUnauthorized} {
		r := httptest.NewRequest("GET", "/v1/deals", nil)
		r.Header.Set("Authorization", "Bearer "+api.mint(api.cert.Confirmation()))
		r.Header.Set("Client-Cert", fieldOf(api.cert))
		r.Header.Set("X-Real-Ip", address)
		if r.RemoteAddr = aStranger; address == "" {
			r.RemoteAddr = theProxy
		}
		w := httptest.NewRecorder()
		if realIP.ServeHTTP(w, r); w.Code != want {
			t.Errorf("X-Real-IP %q: status %d, want %d", address, w.Code, want)
		}
	}
}
