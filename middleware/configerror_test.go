package middleware_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
)

func TestNewRejectsStatusNames(t *testing.T) {
	for name, names := range map[string]map[string]string{
		"two members of one name":      {"client_id": "tenant"},
		"a member that does not exist": {"token": "t"},
	} {
		t.Run(name, func(t *testing.T) {
			config := goodConfig()
			config.StatusNames = names
			_, err := middleware.New(config)
			if fields := mistakenFields(err); !slices.Equal(fields, []string{"StatusNames"}) {
				t.Errorf("New: %v", err)
			}
		})
	}
}

func TestNewReportsEveryMistakeAtOnce(t *testing.T) {
	_, err := middleware.New(middleware.Config{
		Leeway: time.Hour,
		Realm:  "\n",
		Issuers: []middleware.Issuer{
			{URL: "http://id.example.com", Algorithms: []string{"none", "HS256"}, Dialect: dialects.Keycloak()},
			{URL: ""},
			{URL: "https://a.example.com", Audiences: []string{"api"}, JWKS: json.RawMessage(`{"keys":[]}`)},
			{URL: "https://{x}.example.com", Audiences: []string{"api"}, Tenants: []string{"a.b", "c.d"}},
		},
	})
	want := []string{
		"Leeway", "Realm", "Issuers[0].URL", "Issuers[0].Algorithms", "Issuers[0].Algorithms",
		"Issuers[0].Audiences",
		"Issuers[1].URL", "Issuers[1].Audiences", "Issuers[2].JWKS", "Issuers[3].Tenants", "Issuers[3].Tenants",
	}
	if got := mistakenFields(err); !slices.Equal(got, want) {
		t.Errorf("mistakes in %q, want %q", got, want)
	}
}

// TestConfigErrorKeepsSecrets: what could be a secret is not repeated.
func TestConfigErrorKeepsSecrets(t *testing.T) {
	config := goodConfig()
	config.Issuers[0].URL = "https://user:hunter2@id.example.com"
	config.Issuers[0].JWKS = json.RawMessage(`{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`)
	config.Issuers[0].JWKSURL = "https://user:hunter2@id.example.com/jwks"
	_, err := middleware.New(config)
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "c2VjcmV0") {
		t.Errorf("New: %v", err)
	}
	for _, url := range []string{
		"http://user:hunter2@id.example.com", "https://user:hunter2@[id.example.com",
		"ftp://user:hunter2@id.example.com",
	} {
		config := goodConfig()
		config.Resource, config.Issuers[0].URL = url, url
		_, err := middleware.New(config)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New: %v", err)
		}
	}
}

// mistakenFields returns the fields that the ConfigErrors in err name.
func mistakenFields(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var fields []string
	for _, err := range joined.Unwrap() {
		var mistake *middleware.ConfigError
		if errors.As(err, &mistake) {
			fields = append(fields, mistake.Field)
		}
	}
	return fields
}

// TestCheckKnowsEveryMistake combines odd parts of a configuration. Every mistake
// names a field of the Issuer: none is left to the packages that use the parts.
func TestCheckKnowsEveryMistake(t *testing.T) {
	urls := []string{
		"", "https://id.example.com", "https://{t}.example.com/{", "https://{t}.example.com",
		"https://id.example.com/{t}/x",
		"https://{t}", "{t}://id.example.com", "https://{t}:443", "https://id.example.com/{u}", "id", "id\x7f",
		"https://[::1", "https://a:b@c/{t}",
		"https://id.example.com/%zz", "https://id.example.com?{t}", "http://{t}.localhost",
	}
	for _, url := range urls {
		for _, metadata := range urls {
			for _, keys := range urls {
				for i, named := range []string{"", "https://{t}.example.com", "https://id.example.com/{u}",
					"a\x00", "{"} {
					issuer := middleware.Issuer{URL: url, MetadataURL: metadata, JWKSURL: keys, MetadataIssuer: named}
					if strings.Contains(url, "{t}") && i%2 == 0 {
						issuer.Tenants = []string{"a", "b"}
					} else if strings.Contains(url, "{t}") {
						issuer.TenantPattern = "[a-z]+"
					}
					_, err := middleware.New(middleware.Config{Audiences: []string{"api"},
						Issuers: []middleware.Issuer{issuer}})
					for _, field := range mistakenFields(err) {
						if field == "Issuers[0]" {
							t.Fatalf("URL %q, MetadataURL %q, JWKSURL %q, MetadataIssuer %q: %v", url, metadata, keys, named, err)
						}
					}
				}
			}
		}
	}
}
