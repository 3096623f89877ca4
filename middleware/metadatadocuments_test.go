package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestMetadataThatIssuersPublish: null in metadata is as if the member were not there,
// and a byte order mark is passed over.
func TestMetadataThatIssuersPublish(t *testing.T) {
	for _, c := range []struct {
		name, document string // with ISSUER and KEYS in the places of URLs
		jwksURL        bool
		fault          string
	}{
		{"a byte order mark", "\ufeff" + `{"issuer":"ISSUER","jwks_uri":"KEYS"}`, false, ""},
		{"null for an endpoint", `{"issuer":"ISSUER","jwks_uri":"KEYS","token_endpoint":null}`, false, ""},
		{"null for the jwks_uri next to a JWKSURL", `{"issuer":"ISSUER","jwks_uri":null}`, true, ""},
		{"null for the jwks_uri alone", `{"issuer":"ISSUER","jwks_uri":null}`, false, "no_jwks_uri"},
		{"null for the issuer", `{"issuer":null,"jwks_uri":"KEYS"}`, false, "issuer_mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			issuer := testutil.NewIssuer(t, testutil.Options{})
			document := strings.NewReplacer("ISSUER", issuer.URL(), "KEYS", issuer.JWKSURL()).Replace(c.document)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
				_ *http.Request) {
				fmt.Fprint(w, document)
			}))
			defer server.Close()
			trusted := middleware.Issuer{URL: issuer.URL(), MetadataURL: server.URL}
			if c.jwksURL {
				trusted.JWKSURL = issuer.JWKSURL()
			}
			auth, err := middleware.New(middleware.Config{Audiences: []string{issuer.Audience()},
				Issuers: []middleware.Issuer{trusted}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = auth.Verify(context.Background(), issuer.Mint(nil))
			if h := auth.Health()[0]; h.Fault != c.fault || (err == nil) != (c.fault == "") {
				t.Errorf("%v, fault %q", err, h.Fault)
			}
		})
	}
}
