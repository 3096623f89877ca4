package middleware_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

func TestNewAcceptsTenants(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*middleware.Config)
	}{
		{"listed tenants below a top-level domain", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{company}.com", []string{"acme"}
		}},
		{"a pattern below a top-level domain that the owner wants", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{company}.internal", "[a-z]+"
			c.Issuers[0].DangerouslyAllowAnyDomain = true
		}},
		{"a pattern below a top-level domain with keys from a fixed host", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{company}.com", "[a-z]+"
			c.Issuers[0].JWKSURL = "https://id.example.com/{company}/jwks"
		}},
		{"tenants with all that a path may have", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].JWKSURL = "https://id.example.com/{realm}", "https://id.example.com/jwks"
			c.Issuers[0].Tenants = []string{"a-b._~", "a%20b", "a+b,c;d=e!$&'()*"}
		}},
		{"patterns of many kinds", func(c *middleware.Config) {
			for i, pattern := range []string{".*", "(?i)ACME", `\bacme\b`, "(acme|a/b)", "[^/]+", `\d{1,3}|`, "%20",
				"[a-z]{3}(-[0-9]+)?"} {
				c.Issuers = append(c.Issuers, middleware.Issuer{
					URL: fmt.Sprintf("https://id.example.com/%d/{x}", i), TenantPattern: pattern,
				})
			}
		}},
		{"an issuer of its own and a pattern that allows it", func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: "https://id.example.com/{x}",
				TenantPattern: "[a-z]+"},
				middleware.Issuer{URL: "https://id.example.com/acme"})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := goodConfig()
			c.edit(&config)
			if _, err := middleware.New(config); err != nil {
				t.Error(err)
			}
		})
	}
}

// long129 is longer than any part of a URL that the library puts a tenant into.
var long129 = strings.Repeat("a", 129)

// TestNewRejectsTenants: a tenant that no token can name would never work, and a domain
// that anyone can register would work for everyone.
func TestNewRejectsTenants(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*middleware.Config)
		want string // after "bearerguard: Config."
	}{
		{"a listed tenant that no URL can hold", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{"a\xff"}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "a\xff": write the tenant as the URL has it, with percent-encoding (RFC 3986, section 2.1)`},
		{"a listed tenant with a tab", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{"a\tb"}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "a\tb": write the tenant as the URL has it, with percent-encoding (RFC 3986, section 2.1)`},
		{"a listed tenant with half a percent-encoding", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{"a%2"}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "a%2": write the tenant as the URL has it, with percent-encoding (RFC 3986, section 2.1)`},
		{"a listed tenant that is a dot segment", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{".."}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "..": write another name: no URL keeps a dot segment (RFC 3986, section 5.2.4)`},
		{"a listed tenant that is longer than any name", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{long129}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "` + long129 + `": write at most 128 characters`},
		{"a listed tenant that is no label, with keys from elsewhere", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://{x}.example.com", []string{"a.b"},
				"https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "a.b": use letters, digits and hyphens, in a path also '.', '_' and '~': the tenant becomes a part of a URL`},
		{"a listed tenant that is an issuer of its own", func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: "https://id.example.com/a"}, middleware.Issuer{
				URL: "https://id.example.com/{x}", Tenants: []string{"a", "b"},
			})
		},
			`Issuers[2].Tenants "a": remove the tenant here or there: its tokens belong to Issuers[1]`},
		{"a listed tenant of a template before", func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: "https://id.example.com/{x}", TenantPattern: "[a-c]"},
				middleware.Issuer{
					URL: "https://id.example.com/{y}", Tenants: []string{"a", "d"},
				})
		},
			`Issuers[2].Tenants "a": remove the tenant here or there: its tokens belong to Issuers[1]`},
		{"a pattern of more than a tenant", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://id.example.com/{x}", "tenants/[a-z]+"
		},
			`Issuers[0].TenantPattern "tenants/[a-z]+": write a pattern that a tenant can match: it has none of "/?#\@:" and spaces`},
		{"a pattern of the empty string", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://id.example.com/{x}", "^$"
		},
			`Issuers[0].TenantPattern "^$": write a pattern that a tenant can match: it has none of "/?#\@:" and spaces`},
		{"a pattern that is an Entra endpoint", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://login.microsoftonline.com/{tenantid}/v2.0", "common"
		},
			`Issuers[0].TenantPattern "common": write the ids of the tenants: tokens name their tenant, not an endpoint for many`},
		{"a pattern below a top-level domain", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.com", "[a-z]+"
		},
			`Issuers[0].URL "https://{x}.com": write a domain of two labels after the placeholder, list Tenants, or set DangerouslyAllowAnyDomain: a token could name a domain that its sender has registered`},
		{"a pattern below a top-level domain, with dots and a port", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.com.:8443/a.b", "[a-z]+"
		},
			`Issuers[0].URL "https://{x}.com.:8443/a.b": write a domain of two labels after the placeholder, list Tenants, or set DangerouslyAllowAnyDomain: a token could name a domain that its sender has registered`},
		{"a pattern below a top-level domain for the keys", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				"[a-z]+", "https://login.{x}.com/jwks"
		},
			`Issuers[0].JWKSURL "https://login.{x}.com/jwks": write a domain of two labels after the placeholder, list Tenants, or set DangerouslyAllowAnyDomain: a token could name a domain that its sender has registered`},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := goodConfig()
			c.edit(&config)
			if _, err := middleware.New(config); err == nil || err.Error() != "bearerguard: Config."+c.want {
				t.Errorf("New: %v\nwant one mistake: %s", err, c.want)
			}
		})
	}
}
