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

// goodConfig is a configuration with nothing wrong.
func goodConfig() middleware.Config {
	return middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	}
}

func TestNewAcceptsWhatIsSafe(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*middleware.Config)
	}{
		{"the least there is", func(*middleware.Config) {}},
		{"http from loopback", func(c *middleware.Config) { c.Issuers[0].URL = "http://127.0.0.1:8000" }},
		{"http from IPv6 loopback", func(c *middleware.Config) { c.Issuers[0].URL = "http://[::1]:8000/x" }},
		{"an issuer's own audience alone", func(c *middleware.Config) {
			c.Audiences, c.Issuers[0].Audiences = nil, []string{"api"}
		}},
		{"a named substitute for the audience", func(c *middleware.Config) {
			c.Audiences, c.Issuers[0].AudienceFromClients = nil, []string{"client"}
		}},
		{"an issuer that is no URL, with keys from elsewhere", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].JWKSURL = "accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs"
		}},
		{"AD FS's issuer, whose scheme is part of its name", func(c *middleware.Config) {
			c.Issuers[0].URL = "http://sts.example.com/adfs/services/trust"
			c.Issuers[0].MetadataURL = "https://sts.example.com/adfs/.well-known/openid-configuration"
		}},
		{"a template with a list", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{company}.auth.example.com", []string{"acme"}
		}},
		{"a template with a pattern", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://id.example.com/{realm}", "[a-z]+"
		}},
		{"a trailing slash, which is part of the name", func(c *middleware.Config) { c.Issuers[0].URL += "/" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := goodConfig()
			c.edit(&config)
			if _, err := middleware.New(config); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestNewRefusesEachMistake(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(*middleware.Config)
		field string
	}{
		{"no issuer", func(c *middleware.Config) { c.Issuers = nil }, "Issuers"},
		{"no audience", func(c *middleware.Config) { c.Audiences = nil }, "Issuers[0].Audiences"},
		{"an empty audience", func(c *middleware.Config) { c.Audiences = []string{""} }, "Audiences"},
		{"an audience twice", func(c *middleware.Config) { c.Audiences = []string{"a", "a"} }, "Audiences"},
		{"an empty list of an issuer's audiences", func(c *middleware.Config) { c.Issuers[0].Audiences = []string{} }, "Issuers[0].Audiences"},
		{"an empty list of clients", func(c *middleware.Config) { c.Issuers[0].AudienceFromClients = []string{} }, "Issuers[0].AudienceFromClients"},
		{"audiences and a substitute", func(c *middleware.Config) {
			c.Issuers[0].Audiences, c.Issuers[0].AudienceFromClients = []string{"a"}, []string{"b"}
		}, "Issuers[0].Audiences"},
		{"too much leeway", func(c *middleware.Config) { c.Leeway = 6 * time.Minute }, "Leeway"},
		{"a negative token size", func(c *middleware.Config) { c.MaxTokenBytes = -1 }, "MaxTokenBytes"},
		{"a token size beyond reason", func(c *middleware.Config) { c.MaxTokenBytes = 2 << 20 }, "MaxTokenBytes"},
		{"a realm that would split the header", func(c *middleware.Config) { c.Realm = "a\r\nSet-Cookie: b" }, "Realm"},
		{"a realm beyond ASCII", func(c *middleware.Config) { c.Realm = "café" }, "Realm"},
		{"a resource without a scheme", func(c *middleware.Config) { c.Resource = "api.example.com" }, "Resource"},
		{"a resource over http", func(c *middleware.Config) { c.Resource = "http://api.example.com" }, "Resource"},
		{"a resource with a fragment", func(c *middleware.Config) { c.Resource = "https://api.example.com/#a" }, "Resource"},
		{"an issuer without a name", func(c *middleware.Config) { c.Issuers[0].URL = "" }, "Issuers[0].URL"},
		{"plain http", func(c *middleware.Config) { c.Issuers[0].URL = "http://id.example.com" }, "Issuers[0].URL"},
		{"plain http from a name under localhost", func(c *middleware.Config) { c.Issuers[0].URL = "http://id.localhost" }, "Issuers[0].URL"},
		{"another scheme", func(c *middleware.Config) { c.Issuers[0].URL = "file:///etc/keys" }, "Issuers[0].URL"},
		{"an issuer with a query", func(c *middleware.Config) { c.Issuers[0].URL += "?a=b" }, "Issuers[0].URL"},
		{"an issuer with a fragment", func(c *middleware.Config) { c.Issuers[0].URL += "#a" }, "Issuers[0].URL"},
		{"an issuer with user information", func(c *middleware.Config) { c.Issuers[0].URL = "https://a:b@id.example.com" }, "Issuers[0].URL"},
		{"an issuer twice", func(c *middleware.Config) { c.Issuers = append(c.Issuers, c.Issuers[0]) }, "Issuers[1].URL"},
		{"keys over http", func(c *middleware.Config) { c.Issuers[0].JWKSURL = "http://id.example.com/jwks" }, "Issuers[0].JWKSURL"},
		{"metadata over http", func(c *middleware.Config) { c.Issuers[0].MetadataURL = "http://id.example.com/m" }, "Issuers[0].MetadataURL"},
		{"keys from two places", func(c *middleware.Config) {
			c.Issuers[0].JWKS, c.Issuers[0].JWKSURL = json.RawMessage(`{"keys":[]}`), "https://id.example.com/jwks"
		}, "Issuers[0].JWKS"},
		{"a key set without a usable key", func(c *middleware.Config) { c.Issuers[0].JWKS = json.RawMessage(`{"keys":[]}`) }, "Issuers[0]"},
		{"a key set that is none", func(c *middleware.Config) { c.Issuers[0].JWKS = json.RawMessage(`[]`) }, "Issuers[0]"},
		{"none", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"none"} }, "Issuers[0].Algorithms"},
		{"a symmetric algorithm", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"RS256", "HS256"} }, "Issuers[0].Algorithms"},
		{"an algorithm in lower case", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"rs256"} }, "Issuers[0].Algorithms"},
		{"a template that lets everybody in", func(c *middleware.Config) { c.Issuers[0].URL = "https://{x}.example.com" }, "Issuers[0].URL"},
		{"a template with list and pattern", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].TenantPattern = "https://{x}.example.com", []string{"a"}, "b"
		}, "Issuers[0].URL"},
		{"two placeholders", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.{y}.example.com", "a"
		}, "Issuers[0].URL"},
		{"tenants without a placeholder", func(c *middleware.Config) { c.Issuers[0].Tenants = []string{"a"} }, "Issuers[0].URL"},
		{"a pattern that is none", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com", "("
		}, "Issuers[0].TenantPattern"},
		{"a pattern that is none within another", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com", `\Qacme`
		}, "Issuers[0].TenantPattern"},
		{"keys at a placeholder that URL does not have", func(c *middleware.Config) {
			c.Issuers[0].JWKSURL = "https://id.example.com/{x}/jwks"
		}, "Issuers[0].JWKSURL"},
		{"metadata at another placeholder than URL's", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a"}
			c.Issuers[0].MetadataURL = "https://{y}.example.com/m"
		}, "Issuers[0].MetadataURL"},
		{"a tenant with a slash", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a/b"}
		}, "Issuers[0].Tenants"},
		{"a negative age", func(c *middleware.Config) { c.Issuers[0].MaxAge = -1 }, "Issuers[0].MaxAge"},
		{"tokens without iss and keys from metadata", func(c *middleware.Config) { c.Issuers[0].DangerouslyAllowMissingIssuer = true }, "Issuers[0].DangerouslyAllowMissingIssuer"},
		{"two members of the status by one name", func(c *middleware.Config) { c.StatusNames = map[string]string{"client_id": "tenant"} }, "StatusNames"},
		{"a status member that does not exist", func(c *middleware.Config) { c.StatusNames = map[string]string{"token": "t"} }, "StatusNames"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := goodConfig()
			c.edit(&config)
			_, err := middleware.New(config)
			if fields := mistakenFields(err); !slices.Contains(fields, c.field) {
				t.Errorf("New: %v\nmistakes in %q, want one in %q", err, fields, c.field)
			}
		})
	}
}

// TestNewReportsEveryMistakeAtOnce saves the reader of the error a round for
// each of them.
func TestNewReportsEveryMistakeAtOnce(t *testing.T) {
	_, err := middleware.New(middleware.Config{
		Leeway: time.Hour,
		Realm:  "\n",
		Issuers: []middleware.Issuer{
			{URL: "http://id.example.com", Algorithms: []string{"none", "HS256"}, Dialect: dialects.Keycloak()},
			{URL: ""},
		},
	})
	want := []string{
		"Leeway", "Realm", "Issuers[0].URL", "Issuers[0].Algorithms", "Issuers[0].Algorithms", "Issuers[0].Audiences",
		"Issuers[1].URL", "Issuers[1].Audiences",
	}
	got := mistakenFields(err)
	if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
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
		"http://user:hunter2@id.example.com", "https://user:hunter2@[id.example.com", "ftp://user:hunter2@id.example.com",
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
