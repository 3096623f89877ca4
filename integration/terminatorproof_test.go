package integration_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Proofs name the URL that clients know, with the part of the path that each proxy
// removes. Nonces reach the clients.
func TestProofsNameTheURLInFrontOfTheProxy(t *testing.T) {
	requireIntegration(t)
	issuer := testutil.NewIssuer(t, testutil.Options{})
	key, own := new(testutil.ProofKey), new(testutil.ClientCertificate)
	bound := boundTo(issuer, key.Confirmation())
	both := boundTo(issuer, key.Confirmation(), own.Confirmation())
	for _, p := range terminators {
		t.Run(p.name, func(t *testing.T) {
			a := startBehind(t, p, issuer, nil)
			certified, uncertified := a.client(t, own), a.client(t, nil)
			client := http.Client{Transport: &testutil.Transport{
				Token: bound, Key: key, Base: uncertified.Transport,
			}}
			if got := getThrough(t, &client, publicURL+"/v1/deals", "", nil); got.status != http.StatusOK {
				t.Errorf("a client that sends a request again with the nonce: %d", got.status)
			}
			forwarded := http.Header{"X-Forwarded-Host": {"evil.example"}, "Forwarded": {"host=evil.example"}}
			nonce := ""
			deals, field := publicURL+"/v1/deals", http.Header{p.header: {p.field(own.TLS().Leaf)}}
			for _, c := range []struct {
				name, token, path, htu string
				client                 *http.Client
				header                 http.Header // besides token and proof
				reason                 middleware.Reason
			}{
				{"no nonce yet", bound, "/v1/deals", deals, uncertified, nil, middleware.ErrNonceNeeded},
				{"the nonce of the response", bound, "/v1/deals?page=2", deals, uncertified, nil, ""},
				{"escapes in the path", bound, "/v1/new%20york/caf%C3%A9",
					publicURL + "/v1/new%20york/caf%C3%A9", uncertified, nil, ""},
				{"no prefix", bound, "/v1/deals", "https://" + apiHost + "/v1/deals", uncertified, nil,
					middleware.ErrBadProof},
				{"the API's own URL", bound, "/v1/deals", a.url + "/v1/deals", uncertified, nil,
					middleware.ErrBadProof},
				{"a host that the client forwards", bound, "/v1/deals", "https://evil.example/shop/v1/deals",
					uncertified, forwarded, middleware.ErrBadProof},
				{"bound to both", both, "/v1/deals", deals, certified, nil, ""},
				{"bound to both, no certificate", both, "/v1/deals", deals, uncertified, nil,
					middleware.ErrNotHolder},
				{"bound to both, the field", both, "/v1/deals", deals, uncertified, field,
					middleware.ErrNotHolder},
			} {
				t.Run(c.name, func(t *testing.T) {
					header := http.Header{}
					maps.Copy(header, c.header)
					header.Set("DPoP", key.Sign(testutil.Proof{URL: c.htu, Token: c.token, Nonce: nonce}))
					got := getThrough(t, c.client, publicURL+c.path, "DPoP "+c.token, header)
					if next := got.header.Get("DPoP-Nonce"); next != "" {
						nonce = next
					}
					if c.reason != "" {
						checkThrough(t, a.api, got, c.reason)
					} else if got.status != http.StatusOK {
						t.Errorf("%d for %s", got.status, a.events.rejection())
					}
					if c.reason == "" {
						again := getThrough(t, c.client, publicURL+c.path, "DPoP "+c.token, header)
						checkThrough(t, a.api, again, middleware.ErrReplayed)
					}
				})
			}
			if nonce == "" {
				t.Error("no nonce came through the proxy")
			}
		})
	}
}
