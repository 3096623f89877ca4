package integration_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// The API behind each proxy serves a token that is bound to a certificate if the proxy
// says that the client has it, and no client can say so itself.
func TestAProxyPassesTheClientCertificateOn(t *testing.T) {
	requireIntegration(t)
	issuer := testutil.NewIssuer(t, testutil.Options{})
	own, other := &testutil.ClientCertificate{Name: "own"}, &testutil.ClientCertificate{Name: "other"}
	token := boundTo(issuer, own.Confirmation())
	for _, p := range terminators {
		t.Run(p.name, func(t *testing.T) {
			trusting := startBehind(t, p, issuer, nil)
			wary := startBehind(t, p, issuer, func(config *middleware.Config) {
				config.Certificates.Proxies = []string{"192.0.2.0/24", "127.0.0.2/32"}
			})
			field := p.field(own.TLS().Leaf)
			certified, uncertified := trusting.client(t, own), trusting.client(t, nil)
			for _, c := range []struct {
				name   string
				client *http.Client
				header http.Header // besides the token
				served bool
			}{
				{"its certificate", certified, nil, true},
				{"its certificate and another's field", certified,
					http.Header{p.header: {p.field(other.TLS().Leaf)}}, true},
				{"another certificate", trusting.client(t, other), nil, false},
				{"another certificate and the field", trusting.client(t, other),
					http.Header{p.header: {field}}, false},
				{"no certificate", uncertified, nil, false},
				{"the field", uncertified, http.Header{p.header: {field}}, false},
				{"the field twice in lower case", uncertified,
					http.Header{strings.ToLower(p.header): {field, field}}, false},
				{"the field with underscores", uncertified,
					http.Header{strings.ReplaceAll(p.header, "-", "_"): {field}}, false},
				{"the field, named by Connection", uncertified,
					http.Header{p.header: {field}, "Connection": {p.header}}, false},
			} {
				t.Run(c.name, func(t *testing.T) {
					for _, resumed := range []bool{false, true} {
						got := getThrough(t, c.client, publicURL+"/v1/deals", "Bearer "+token, c.header)
						if resumed && !got.tls.DidResume {
							t.Error("the TLS session was not resumed")
						}
						checkServed(t, trusting, got, c.served)
					}
				})
			}
			t.Run("a proxy that is not trusted", func(t *testing.T) {
				got := getThrough(t, wary.client(t, own), publicURL+"/v1/deals", "Bearer "+token, nil)
				checkServed(t, wary, got, false)
			})
			// Only the peer differs: the field is that of the proxy.
			for from, served := range map[string]bool{"127.0.0.1": true, "127.0.0.2": false} {
				t.Run("the field from "+from, func(t *testing.T) {
					client, header := trusting.direct(t, from), http.Header{p.header: {field}}
					got := getThrough(t, client, trusting.url+"/v1/deals", "Bearer "+token, header)
					checkServed(t, trusting, got, served)
				})
			}
		})
	}
}

// checkServed looks whether the API has served a request, or else rejected the caller.
func checkServed(t *testing.T, a *path, got response, served bool) {
	t.Helper()
	if !served {
		checkThrough(t, a.api, got, middleware.ErrNotHolder)
	} else if got.status != http.StatusOK {
		t.Errorf("%d for %s", got.status, a.events.rejection())
	}
}
