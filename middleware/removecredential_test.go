package middleware_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestRemoveCredential looks for the token in what is left of a request.
func TestRemoveCredential(t *testing.T) {
	for name, places := range map[string][]middleware.Credential{
		"the usual place": nil,
		"all places": {
			{Scheme: "Bearer"}, {Header: "X-Token"}, {Cookie: "session"}, {WebSocketProtocol: "bearer"},
			{WebSocketProtocol: "token."}, {DangerouslyQuery: "access_token"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			auth, err := middleware.New(middleware.Config{
				Audiences:   []string{theAudience},
				Issuers:     []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet()}},
				Credentials: places,
			})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/x?page=2", nil)
			r.Header.Set("Authorization", "Bearer s3cret")
			r.Header.Set("Accept", "text/plain")
			r.Header.Set("Cookie", "theme=dark")
			r.Header.Set("Sec-WebSocket-Protocol", "chat")
			if places != nil {
				r.URL.RawQuery += "&access_token=s3cret"
				r.Header.Set("X-Token", "s3cret")
				r.Header.Set("Cookie", "theme=dark; session=s3cret")
				r.Header.Set("Sec-WebSocket-Protocol", "bearer, s3cret, chat, token.s3cret")
			}
			auth.RemoveCredential(r)
			var left strings.Builder
			_ = r.Header.Write(&left)
			left.WriteString(r.URL.String())
			if strings.Contains(left.String(), "s3cret") {
				t.Errorf("left:\n%s", &left)
			}
			for _, want := range []string{"text/plain", "theme=dark", "chat", "page=2"} {
				if !strings.Contains(left.String(), want) {
					t.Errorf("%s is lost:\n%s", want, &left)
				}
			}
		})
	}
}

// TestRemoveCredentialOfBoundTokens looks for the proof and the certificate, whose field a
// service may take for another spelling of its name.
func TestRemoveCredentialOfBoundTokens(t *testing.T) {
	covers(t, "ML-16")
	api := newBoundAPI(t, func(c *middleware.Config) {
		c.Certificates = &middleware.Certificates{Header: "X-Client-Cert", Proxies: []string{"10.0.0.0/8"}}
	})
	r := httptest.NewRequest("GET", "/x", nil)
	r.Header.Set("Authorization", "DPoP s3cret")
	r.Header.Set("DPoP", "s3cret")
	for _, name := range []string{"X-Client-Cert", "X_Client_Cert", "x-client_cert", "X_CLIENT-CERT"} {
		r.Header[name] = []string{"s3cret"}
	}
	for _, name := range []string{"X-Client", "X-Client-Cert-Chain", "Accept"} {
		r.Header.Set(name, "stays")
	}
	api.RemoveCredential(r)
	if len(r.Header) != 3 {
		t.Errorf("left: %v", r.Header)
	}
}
