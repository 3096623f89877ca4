package testutil_test

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestATokenIsBoundToTheClientCertificate(t *testing.T) {
	certificate, key := &testutil.ClientCertificate{Name: "client"}, new(testutil.ProofKey)
	for _, tc := range []struct {
		name    string
		options testutil.Options
	}{
		{"TLS", testutil.Options{TLS: true}},
		{"TLS on IPv4 by another address", testutil.Options{TLS: true, Addr: "127.0.0.2:0"}},
		{"in process", testutil.Options{InProcess: true}},
		{"in process, TLS", testutil.Options{InProcess: true, TLS: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			send := func(c *testutil.ClientCertificate, proofs ...string) reply {
				return postBy(t, i.HTTPClient(c), i, demo, withProofs(proofs...))
			}
			if tokenType, cnf := bound(t, i, send(nil)); tokenType != "Bearer" || cnf != nil {
				t.Errorf("no certificate: %s, cnf %v", tokenType, cnf)
			}
			want := map[string]any{"x5t#S256": digest(string(certificate.TLS().Certificate[0]))}
			if tokenType, cnf := bound(t, i, send(certificate)); tokenType != "Bearer" || !equal(cnf, want) {
				t.Errorf("certificate: %s, cnf %v, want %v", tokenType, cnf, want)
			}
			want["jkt"] = key.Thumbprint()
			if tokenType, cnf := bound(t, i, send(certificate,
				key.Proof("POST", i.TokenURL(), ""))); tokenType != "DPoP" || !equal(cnf, want) {
				t.Errorf("certificate and proof: %s, cnf %v, want %v", tokenType, cnf, want)
			}
			scheme := map[bool]string{true: "https://", false: "http://"}[tc.options.TLS]
			for _, u := range []string{i.URL(), i.TokenURL(), i.JWKSURL(), i.MetadataURL()} {
				if !strings.HasPrefix(u, scheme) {
					t.Errorf("URL %s", u)
				}
			}
		})
	}
}

func TestTheServerIsReachableByTLSAfterDown(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{TLS: true})
	client := i.HTTPClient(nil)
	i.Down()
	if _, err := client.Get(i.JWKSURL()); err == nil {
		t.Error("reachable while down")
	}
	if err := i.Up(); err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(i.JWKSURL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, err := http.Get(i.JWKSURL()); err == nil {
		t.Error("a client trusts the server without being told to")
	}
}

func TestMetadataNamesWhatTokensAreBoundTo(t *testing.T) {
	for _, tc := range []struct {
		name         string
		options      testutil.Options
		proofs       bool
		certificates any
	}{
		{"plain", testutil.Options{}, true, nil},
		{"TLS", testutil.Options{TLS: true}, true, true},
		{"in process", testutil.Options{InProcess: true}, true, true},
		{"system", testutil.Options{System: "connect2id", TLS: true}, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			resp, err := i.HTTPClient(nil).Get(i.MetadataURL())
			if err != nil {
				t.Fatal(err)
			}
			m := decode(t, read(t, resp))
			algs, _ := m["dpop_signing_alg_values_supported"].([]any)
			if len(algs) > 0 != tc.proofs || m["tls_client_certificate_bound_access_tokens"] != tc.certificates {
				t.Errorf("metadata %v", m)
			}
			for _, alg := range algs {
				if alg != "Ed25519" && !slices.Contains(all, alg.(string)) {
					t.Errorf("alg %v", alg)
				}
			}
		})
	}
}

// The known systems issue what they issued before: they read neither proofs nor
// certificates.
func TestASystemBindsNoTokens(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "connect2id", TLS: true})
	c := i.Clients()[0]
	r := postBy(t, i.HTTPClient(&testutil.ClientCertificate{Name: "client"}), i,
		"grant_type=client_credentials&dpop_jkt=x",
		func(r *http.Request) { r.SetBasicAuth(c.ID, c.Secret); r.Header.Set("DPoP", "x") })
	if tokenType, cnf := bound(t, i, r); tokenType != "Bearer" || cnf != nil {
		t.Errorf("token_type %s, cnf %v", tokenType, cnf)
	}
}

func TestAClientCertificateProvesPossession(t *testing.T) {
	a, b := &testutil.ClientCertificate{Name: "a"}, &testutil.ClientCertificate{Name: "b"}
	if a.Thumbprint() == b.Thumbprint() || a.TLS().Leaf.Subject.CommonName != "a" {
		t.Errorf("thumbprints %s and %s, name %q", a.Thumbprint(), b.Thumbprint(), a.TLS().Leaf.Subject.CommonName)
	}
	if !equal(a.Confirmation(), map[string]any{"x5t#S256": digest(string(a.TLS().Certificate[0]))}) {
		t.Errorf("Confirmation %v", a.Confirmation())
	}
	if s := a.ConnectionState(); len(s.PeerCertificates) != 1 || !s.PeerCertificates[0].Equal(a.TLS().Leaf) ||
		s.Version != tls.VersionTLS13 {
		t.Errorf("ConnectionState %v", s)
	}
	// A client that has only the certificate of a gets no connection.
	i := testutil.NewIssuer(t, testutil.Options{TLS: true})
	thief := i.HTTPClient(a)
	thief.Transport.(*http.Transport).TLSClientConfig.Certificates[0].PrivateKey = b.TLS().PrivateKey
	resp, err := thief.Get(i.JWKSURL())
	if err == nil {
		resp.Body.Close()
		t.Error("a certificate was accepted without its key")
	}
}
