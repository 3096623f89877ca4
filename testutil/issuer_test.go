package testutil_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// get returns the body of a GET, which must be answered 200.
func get(t *testing.T, url string) []byte {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v\n%s", url, resp.Status, err, body)
	}
	return body
}

// decode reads a JSON object.
func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

func TestDiscovery(t *testing.T) {
	for _, tc := range []struct {
		name, path, oidc, oauth string
	}{
		{"root", "", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"},
		{"slash", "/", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"},
		{"path", "/realms/acme", "/realms/acme/.well-known/openid-configuration",
			"/.well-known/oauth-authorization-server/realms/acme"},
		{"path and slash", "/realms/acme/", "/realms/acme/.well-known/openid-configuration",
			"/.well-known/oauth-authorization-server/realms/acme"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, testutil.Options{Path: tc.path})
			base := strings.TrimSuffix(i.URL(), tc.path)
			for _, u := range []string{base + tc.oidc, base + tc.oauth, i.MetadataURL()} {
				m := decode(t, get(t, u))
				if m["issuer"] != i.URL() || m["jwks_uri"] != i.JWKSURL() || m["token_endpoint"] != i.TokenURL() {
					t.Errorf("%s: %v", u, m)
				}
				for name, v := range m {
					if a, ok := v.([]any); ok && len(a) == 0 {
						t.Errorf("%s: %s is empty", u, name)
					}
				}
			}
			keys := decode(t, get(t, i.JWKSURL()))["keys"].([]any)
			if len(keys) != 3 {
				t.Errorf("%d keys", len(keys))
			}
			if got := i.Fetches(); got != 4 {
				t.Errorf("Fetches = %d, want 4", got)
			}
		})
	}
}
