package middleware_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// A mistake is a change of goodConfig that New rejects.
type mistake struct {
	name string
	edit func(*middleware.Config)
	want string // after "bearerguard: Config."
}

// rejectsEach makes one mistake after the other.
func rejectsEach(t *testing.T, mistakes []mistake) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			config := goodConfig()
			c.edit(&config)
			_, err := middleware.New(config)
			if err == nil || err.Error() != "bearerguard: Config."+c.want {
				t.Errorf("New: %v\nwant one mistake: %s", err, c.want)
			}
			var mistake *middleware.ConfigError
			if !errors.As(err, &mistake) || !strings.HasPrefix(c.want, mistake.Field) {
				t.Errorf("New: %T, want a *ConfigError", err)
			}
		})
	}
}

func TestNewRejectsEachMistakeInATemplate(t *testing.T) {
	rejectsEach(t, []mistake{
		{"a template without tenants", func(c *middleware.Config) { c.Issuers[0].URL = "https://{x}.example.com" },
			`Issuers[0].URL "https://{x}.example.com": set Tenants or TenantPattern for the placeholder`},
		{"a template with list and pattern", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].TenantPattern = "https://{x}.example.com",
				[]string{"a"}, "b"
		},
			`Issuers[0].URL "https://{x}.example.com": set only one of Tenants and TenantPattern`},
		{"two placeholders", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.{y}.example.com", "a"
		},
			`Issuers[0].URL "https://{x}.{y}.example.com": use one placeholder at most, such as "{tenant}"`},
		{"two placeholders, one of them twice", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com/{x}/{y}", "a"
		},
			`Issuers[0].URL "https://{x}.example.com/{x}/{y}": use one placeholder at most, such as "{tenant}"`},
		{"a placeholder twice in the host, in the place of the domain", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.{x}.com", "[a-z]+"
		},
			`Issuers[0].URL "https://{x}.{x}.com": write a domain of two labels after the placeholder, list Tenants, ` +
				`or set DangerouslyAllowAnyDomain: a token could name a domain that its sender has registered`},
		{"a placeholder in host and path, with a tenant that is no label", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com/{x}", []string{"a.b"}
		},
			`Issuers[0].Tenants "a.b": use letters, digits and hyphens, in a path also '.', '_' and '~': the tenant becomes a part of a URL`},
		{"tenants without a placeholder", func(c *middleware.Config) { c.Issuers[0].Tenants = []string{"a"} },
			`Issuers[0].URL "https://id.example.com": write a placeholder for Tenants or TenantPattern into URL`},
		{"a pattern that is none", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com", "("
		},
			`Issuers[0].TenantPattern "(": write a regular expression of package regexp`},
		{"a pattern that is none in a group", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com", `\Qacme`
		},
			`Issuers[0].TenantPattern "\\Qacme": write a regular expression of package regexp`},
		{"keys at a placeholder that URL does not have", func(c *middleware.Config) {
			c.Issuers[0].JWKSURL = "https://id.example.com/{x}/jwks"
		},
			`Issuers[0].JWKSURL "https://id.example.com/{x}/jwks": use the placeholder of URL only: nothing else stands for a tenant`},
		{"metadata at another placeholder than URL's", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a"}
			c.Issuers[0].MetadataURL = "https://{y}.example.com/m"
		},
			`Issuers[0].MetadataURL "https://{y}.example.com/m": use the placeholder of URL only: nothing else stands for a tenant`},
		{"a tenant with a slash", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a/b"}
		},
			`Issuers[0].Tenants "a/b": write the tenant alone, without any of "/?#\@:" and spaces`},
		{"an Entra endpoint among the tenants", func(c *middleware.Config) {
			c.Issuers[0].URL = "https://login.microsoftonline.com/{tenantid}/v2.0"
			c.Issuers[0].Tenants = []string{"5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f", "common"}
		},
			`Issuers[0].Tenants "common": write the ids of the tenants: tokens name their tenant, not an endpoint for many`},
		{"a listed tenant that is no part of a host", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a.b"}
		},
			`Issuers[0].Tenants "a.b": use letters, digits and hyphens, in a path also '.', '_' and '~': the tenant becomes a part of a URL`},
		{"a listed tenant that no token can name", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}",
				[]string{"a@b"}, "https://id.example.com/jwks"
		},
			`Issuers[0].Tenants "a@b": write the tenant alone, without any of "/?#\@:" and spaces`},
		{"a placeholder that is the whole host", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}", `[a-z.]+`
		},
			`Issuers[0].URL "https://{x}": write a fixed domain after a placeholder in the host, such as {tenant}.example.com`},
		{"a placeholder that is the whole host of the keys", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern, c.Issuers[0].JWKSURL = "https://{x}.example.com", "a",
				"https://{x}:443/jwks"
		},
			`Issuers[0].JWKSURL "https://{x}:443/jwks": write a fixed domain after a placeholder in the host, such as {tenant}.example.com`},
		{"a brace too many", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://id.example.com/{x}/{", "a"
		},
			`Issuers[0].URL "https://id.example.com/{x}/{": use one placeholder at most, such as "{tenant}"`},
		{"a brace too many in the place of the keys", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern, c.Issuers[0].JWKSURL = "https://id.example.com/{x}", "a",
				"https://id.example.com/{x}/{"
		},
			`Issuers[0].JWKSURL "https://id.example.com/{x}/{": use the placeholder of URL only: nothing else stands for a tenant`},
		{"metadata that names another placeholder", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern, c.Issuers[0].MetadataIssuer = "https://id.example.com/{x}",
				"a", "https://id.example.com/{y}"
		},
			`Issuers[0].MetadataIssuer "https://id.example.com/{y}": use the placeholder of URL only: nothing else stands for a tenant`},
		{"metadata that names no URL",
			func(c *middleware.Config) { c.Issuers[0].MetadataIssuer = "https://id example.com" },
			`Issuers[0].MetadataIssuer "https://id example.com": write the issuer that the metadata names, a URL`},
		{"shared metadata of a template in the host", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].MetadataURL = "https://{x}.example.com",
				[]string{"a"}, "https://id.example.com/m"
		},
			"Issuers[0].MetadataIssuer: write the issuer that the metadata names, a URL"},
		{"a wrapped transport where tokens choose the host", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{x}.example.com", "[a-z]+"
			c.HTTPClient = &http.Client{Transport: roundTripper(http.DefaultTransport.RoundTrip)}
		},
			"HTTPClient: use an *http.Transport, list the tenants in Issuers[0].Tenants, or set Issuers[0].DangerouslyAllowPrivateAddresses: no other transport can be kept from private addresses, and TenantPattern lets tokens choose the host"},
	})
}
