package middleware_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestHintsAboutTheIssuer: iss is near a configured issuer. An API in a container reaches
// its issuer under another name than clients do:
// https://github.com/NikiforovAll/keycloak-authorization-services-dotnet/issues/115 and
// https://github.com/microcks/microcks/issues/943.
func TestHintsAboutTheIssuer(t *testing.T) {
	const loopback, host = "name for this machine only", "host (and port) only"
	for _, c := range []struct{ name, configured, iss, hint string }{
		{"localhost for 127.0.0.1", "http://127.0.0.1:8080/realms/acme",
			"http://localhost:8080/realms/acme", loopback},
		{"127.0.0.1 for localhost", "http://localhost:8080", "http://127.0.0.1:8080", loopback},
		{"[::1] for localhost", "http://localhost:8080", "http://[::1]:8080", loopback},
		{"localhost for [::1]", "http://[::1]:8080", "http://localhost:8080", loopback},
		{"127.0.0.1 and a slash", "http://localhost:8080/", "http://127.0.0.1:8080", "spelling only"},
		{"a container's name", "http://localhost:8080/realms/acme", "http://keycloak:8080/realms/acme", host},
		{"a container's name, without a path", "http://localhost:8080", "http://keycloak:8080", host},
		{"the host of containers", "http://localhost:8080/a", "http://host.docker.internal:8080/a", host},
		{"another port outside", "http://keycloak:8080/realms/acme", "http://localhost:18080/realms/acme",
			host},
		{"another host, the same path", "https://sso.internal.example.com/realms/acme",
			"https://sso.example.com/realms/acme", host},
		{"another port", "http://localhost:8080", "http://localhost:9090", "port only"},
		{"a port too many", "https://id.example.com", "https://id.example.com:443", "port only"},
		{"capitals", "https://id.example.com/realms/acme", "https://ID.example.com/realms/Acme",
			"upper and lower case"},
		{"another scheme and a slash", "https://id.example.com/", "http://id.example.com", "spelling only"},
		{"no scheme", "https://accounts.google.com", "accounts.google.com", "scheme only"},
		{"a tenant that is not listed", "https://{t}.id.example.com", "https://mallory.id.example.com",
			"Issuer.Tenants or TenantPattern"},

		{"another realm", "https://id.example.com/realms/acme", "https://id.example.com/realms/mallory", ""},
		{"another host without a path", "https://id.example.com", "https://evil.example.com", ""},
		{"another host with a slash", "https://id.example.com/", "https://evil.example.com/", ""},
		{"a word", "https://id.example.com", "mallory", ""},
		{"nothing", "https://id.example.com", "", ""},
		{"colons", "https://id.example.com", ":::", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHinting(t, func(config *middleware.Config) {
				config.Issuers[0].URL = c.configured
				if strings.Contains(c.configured, "{") {
					config.Issuers[0].Tenants = []string{"acme"}
				}
			})
			h.wants(t, middleware.ErrUnknownIssuer, c.hint, "Bearer "+h.Mint(map[string]any{"iss": c.iss}))
		})
	}
}

// TestTheHintAboutTheRightIssuer: each of several configured issuers is found.
func TestTheHintAboutTheRightIssuer(t *testing.T) {
	h := newHinting(t, func(config *middleware.Config) {
		one, other := config.Issuers[0], config.Issuers[0]
		one.URL, other.URL = "https://a.example.com/", "https://b.example.com"
		config.Issuers = []middleware.Issuer{one, other}
	})
	for _, iss := range []string{"https://a.example.com", "https://b.example.com/"} {
		h.wants(t, middleware.ErrUnknownIssuer, "trailing slash only",
			"Bearer "+h.Mint(map[string]any{"iss": iss}))
	}
}
