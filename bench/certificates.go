package main

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// certificateUnits returns a unit for a cached token that is not bound, and others for
// tokens that are bound to a certificate.
func certificateUnits(l *workload) ([]unit, error) {
	var certificate testutil.ClientCertificate
	here := certificate.ConnectionState()
	leaf, err := x509.ParseCertificate(here.PeerCertificates[0].Raw)
	if err != nil {
		return nil, err
	}
	there := certificate.ConnectionState()
	there.PeerCertificates = []*x509.Certificate{leaf}

	const field, proxy = "Client-Cert", "10.1.0.1"
	encoded := []string{":" + base64.StdEncoding.EncodeToString(leaf.Raw) + ":"}
	proxied := &middleware.Certificates{Header: field, Proxies: []string{proxy + "/32"}}

	var units []unit
	for _, row := range []struct {
		name    string
		cnf     map[string]any
		config  *middleware.Certificates
		receive func(r *http.Request) // what the server knows of the connection
	}{
		{"not bound", nil, nil, func(*http.Request) {}},
		{"certificate of the connection", certificate.Confirmation(), &middleware.Certificates{},
			func(r *http.Request) { r.TLS = here }},
		{"certificate, each time of another connection", certificate.Confirmation(), &middleware.Certificates{},
			func(r *http.Request) { here, there = there, here; r.TLS = here }},
		{"certificate in the field of a proxy (RFC 9440)", certificate.Confirmation(), proxied,
			func(r *http.Request) { r.Header[field] = encoded }},
	} {
		a, err := middleware.New(middleware.Config{
			Audiences:    []string{l.issuer.Audience()},
			Issuers:      []middleware.Issuer{{URL: l.issuer.URL(), JWKSURL: l.issuer.JWKSURL()}},
			Certificates: row.config,
		})
		if err != nil {
			return nil, err
		}
		next, served := counting()
		guarded := httpauth.Require(a)(next)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.RemoteAddr = proxy + ":1234"
			row.receive(r)
			guarded.ServeHTTP(w, r)
		})
		u := serving(row.name, h, served, []string{l.mintBound(row.cnf)})
		u.ours = true
		units = append(units, u)
	}
	return units, nil
}
