package middleware_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestMistakesAboutBoundTokens configures DPoP and certificates wrongly, one mistake each.
func TestMistakesAboutBoundTokens(t *testing.T) {
	trust := func(*middleware.Request) bool { return true }
	secret := []byte(strings.Repeat("s", 32))
	type dpop = middleware.DPoP
	type certs = middleware.Certificates
	for name, c := range map[string]struct {
		dpop  *dpop
		certs *certs
		field string // "" if there is no mistake
	}{
		"an origin":               {dpop: &dpop{BaseURLs: []string{theBase}}},
		"a path that is stripped": {dpop: &dpop{BaseURLs: []string{theBase + "/api/"}}},
		"no origin":               {dpop: &dpop{}, field: "DPoP.BaseURLs"},
		"plain http": {dpop: &dpop{BaseURLs: []string{"http://api.example.com"}},
			field: "DPoP.BaseURLs"},
		"http on loopback": {dpop: &dpop{BaseURLs: []string{"http://127.0.0.1:8080"}}},
		"a query":          {dpop: &dpop{BaseURLs: []string{theBase + "/?a"}}, field: "DPoP.BaseURLs"},
		"a host alone":     {dpop: &dpop{BaseURLs: []string{"api.example.com"}}, field: "DPoP.BaseURLs"},
		"an algorithm":     {dpop: &dpop{BaseURLs: []string{theBase}, Algorithms: []string{"ES384"}}},
		"no signature": {dpop: &dpop{BaseURLs: []string{theBase}, Algorithms: []string{"none"}},
			field: "DPoP.Algorithms"},
		"a shared secret": {dpop: &dpop{BaseURLs: []string{theBase}, Algorithms: []string{"HS256"}},
			field: "DPoP.Algorithms"},
		"five minutes": {dpop: &dpop{BaseURLs: []string{theBase}, MaxAge: 5 * time.Minute}},
		"six minutes": {dpop: &dpop{BaseURLs: []string{theBase}, MaxAge: 6 * time.Minute},
			field: "DPoP.MaxAge"},
		"a negative age": {dpop: &dpop{BaseURLs: []string{theBase}, MaxAge: -1}, field: "DPoP.MaxAge"},
		"a secret": {dpop: &dpop{BaseURLs: []string{theBase}, NonceSecrets: [][]byte{secret},
			NonceOnDemand: true}},
		"a short secret": {dpop: &dpop{BaseURLs: []string{theBase},
			NonceSecrets: [][]byte{secret, secret[1:]}}, field: "DPoP.NonceSecrets[1]"},
		"on demand, and no secret": {dpop: &dpop{BaseURLs: []string{theBase}, NonceOnDemand: true},
			field: "DPoP.NonceOnDemand"},
		"failures of no store": {dpop: &dpop{BaseURLs: []string{theBase}, DangerouslyIgnoreReplayFailures: true},
			field: "DPoP.DangerouslyIgnoreReplayFailures"},
		"little memory": {dpop: &dpop{BaseURLs: []string{theBase}, MaxReplayBytes: 1000},
			field: "DPoP.MaxReplayBytes"},

		"certificates of the connection": {certs: &certs{}},
		"a field and networks": {certs: &certs{Header: "client-cert",
			Proxies: []string{"10.1.0.0/16", "fd00::/8"}}},
		"a field and a function":    {certs: &certs{Header: "X-Cert", Format: "pem", TrustProxy: trust}},
		"a field that all may send": {certs: &certs{Header: "Client-Cert"}, field: "Certificates.Proxies"},
		"networks and a function": {certs: &certs{Header: "Client-Cert", Proxies: []string{"10.1.0.0/16"},
			TrustProxy: trust}, field: "Certificates.Proxies"},
		"no networks": {certs: &certs{Header: "Client-Cert", Proxies: []string{}},
			field: "Certificates.Proxies"},
		"all networks": {certs: &certs{Header: "Client-Cert", Proxies: []string{"0.0.0.0/0"}},
			field: "Certificates.Proxies"},
		"an address alone": {certs: &certs{Header: "Client-Cert", Proxies: []string{"10.1.2.3"}},
			field: "Certificates.Proxies"},
		"networks without a field": {certs: &certs{Proxies: []string{"10.1.0.0/16"}},
			field: "Certificates.Header"},
		"a field of two words": {certs: &certs{Header: "Client Cert", TrustProxy: trust},
			field: "Certificates.Header"},
		"another format": {certs: &certs{Header: "Client-Cert", Format: "x509", TrustProxy: trust},
			field: "Certificates.Format"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := middleware.New(middleware.Config{
				Audiences: []string{theAudience}, Issuers: []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet()}},
				DPoP: c.dpop, Certificates: c.certs,
			})
			if c.field == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if fields := mistakenFields(err); !slices.Equal(fields, []string{c.field}) {
				t.Errorf("%v: the mistakes are in %q, want %q", err, fields, c.field)
			}
			var mistake *middleware.ConfigError
			if !errors.As(err, &mistake) || strings.Contains(err.Error(), string(secret[1:])) {
				t.Errorf("%v", err)
			}
		})
	}
	_, err := middleware.New(middleware.Config{
		Audiences: []string{theAudience}, Issuers: []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet()}},
		Credentials: []middleware.Credential{{Scheme: "Bearer"}, {Scheme: "DPoP"}},
	})
	if fields := mistakenFields(err); !slices.Equal(fields, []string{"Credentials"}) {
		t.Errorf("DPoP as a place: %v", err)
	}
}
