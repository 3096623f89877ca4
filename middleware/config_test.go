package middleware_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

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
			c.Issuers[0].URL, c.Issuers[0].JWKSURL = "accounts.google.com",
				"https://www.googleapis.com/oauth2/v3/certs"
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
		{"a template that has its placeholder twice", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].TenantPattern = "https://{tid}.ciamlogin.com/{tid}/v2.0", "[0-9a-f-]{36}"
		}},
		{"two key sets of one issuer", func(c *middleware.Config) {
			c.Issuers = append(c.Issuers, c.Issuers[0])
			c.Issuers[1].JWKSURL = "https://old.example.com/jwks"
		}},
		{"two key sets of one tenant", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{t}.id.example.com", []string{"a", "b"}
			c.Issuers = append(c.Issuers, c.Issuers[0])
			c.Issuers[1].JWKSURL = "https://{t}.old.example.com/jwks"
		}},
		{"a key set from metadata and one from a location", func(c *middleware.Config) {
			c.Issuers[0].MetadataURL = "https://id.example.com/metadata"
			c.Issuers = append(c.Issuers, c.Issuers[0])
			c.Issuers[1].JWKSURL = "https://id.example.com/jwks"
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

// TestNewRejectsEachMistake: the error names the field, the value and what to
// write instead.
func TestNewRejectsEachMistake(t *testing.T) {
	rejectsEach(t, []mistake{
		{"no issuer", func(c *middleware.Config) { c.Issuers = nil },
			"Issuers: add at least one Issuer"},
		{"no audience", func(c *middleware.Config) { c.Audiences = nil },
			"Issuers[0].Audiences: set an audience here or in Config.Audiences, or a substitute: without one a token for any other API would pass"},
		{"an empty audience", func(c *middleware.Config) { c.Audiences = []string{""} },
			"Audiences: remove the empty string"},
		{"an audience twice", func(c *middleware.Config) { c.Audiences = []string{"a", "a"} },
			`Audiences "a": list each value once`},
		{"an empty list of an issuer's audiences",
			func(c *middleware.Config) { c.Issuers[0].Audiences = []string{} },
			"Issuers[0].Audiences: add an audience, or leave the list nil: an empty list would accept no token"},
		{"an empty list of clients", func(c *middleware.Config) { c.Issuers[0].AudienceFromClients = []string{} },
			"Issuers[0].AudienceFromClients: add a client, or leave the list nil: an empty list would accept no token"},
		{"audiences and a substitute", func(c *middleware.Config) {
			c.Issuers[0].Audiences, c.Issuers[0].AudienceFromClients = []string{"a"}, []string{"b"}
		},
			"Issuers[0].Audiences: set only one of Audiences, AudienceFromClients and AudienceFromScope"},
		{"too much leeway", func(c *middleware.Config) { c.Leeway = 6 * time.Minute },
			`Leeway "6m0s": use at most 5 minutes`},
		{"a negative token size", func(c *middleware.Config) { c.MaxTokenBytes = -1 },
			`MaxTokenBytes "-1": use 1 to 1048576 (1 MiB), or 0 for the default`},
		{"a negative size of the cache", func(c *middleware.Config) { c.CacheBytes = -1 },
			`CacheBytes "-1": use a number of bytes, or 0 for the default of 64 MiB; CacheTokens switches the cache off`},
		{"a token size beyond reason", func(c *middleware.Config) { c.MaxTokenBytes = 2 << 20 },
			`MaxTokenBytes "2097152": use 1 to 1048576 (1 MiB), or 0 for the default`},
		{"a realm that would split the header", func(c *middleware.Config) { c.Realm = "a\r\nSet-Cookie: b" },
			`Realm "a\r\nSet-Cookie: b": use printable ASCII only`},
		{"a realm beyond ASCII", func(c *middleware.Config) { c.Realm = "café" },
			`Realm "café": use printable ASCII only`},
		{"a resource without a scheme", func(c *middleware.Config) { c.Resource = "api.example.com" },
			`Resource "api.example.com": write an absolute URL, such as https://id.example.com`},
		{"a resource over http", func(c *middleware.Config) { c.Resource = "http://api.example.com" },
			`Resource "http://api.example.com": use https: plain http is accepted from this machine's loopback addresses only`},
		{"a resource with a fragment", func(c *middleware.Config) { c.Resource = "https://api.example.com/#a" },
			`Resource "https://api.example.com/#a": remove the fragment`},
		{"an issuer without a name", func(c *middleware.Config) { c.Issuers[0].URL = "" },
			"Issuers[0].URL: write the issuer identifier, which is the iss of its tokens"},
		{"plain http", func(c *middleware.Config) { c.Issuers[0].URL = "http://id.example.com" },
			`Issuers[0].URL "http://id.example.com": use https: plain http is accepted from this machine's loopback addresses only`},
		{"plain http from a name under localhost",
			func(c *middleware.Config) { c.Issuers[0].URL = "http://id.localhost" },
			`Issuers[0].URL "http://id.localhost": use https: plain http is accepted from this machine's loopback addresses only`},
		{"another scheme", func(c *middleware.Config) { c.Issuers[0].URL = "file:///etc/keys" },
			`Issuers[0].URL "file:///etc/keys": write an absolute URL, such as https://id.example.com`},
		{"an issuer with a query", func(c *middleware.Config) { c.Issuers[0].URL += "?a=b" },
			`Issuers[0].URL "https://id.example.com?a=b": remove the query: an issuer identifier has none (RFC 8414, section 2)`},
		{"an issuer with a fragment", func(c *middleware.Config) { c.Issuers[0].URL += "#a" },
			`Issuers[0].URL "https://id.example.com#a": remove the fragment`},
		{"an issuer with user information",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://a:b@id.example.com" },
			"Issuers[0].URL: remove the user information from the URL"},
		{"a key set twice", func(c *middleware.Config) { c.Issuers = append(c.Issuers, c.Issuers[0]) },
			`Issuers[1].URL "https://id.example.com": list each key set once: Issuers[0] has the same issuer and the same keys`},
		{"a key set twice, once with metadata that is not used", func(c *middleware.Config) {
			c.Issuers[0].JWKSURL = "https://id.example.com/jwks"
			c.Issuers = append(c.Issuers, c.Issuers[0])
			c.Issuers[1].MetadataURL = "https://id.example.com/metadata"
		},
			`Issuers[1].URL "https://id.example.com": list each key set once: Issuers[0] has the same issuer and the same keys`},
		{"more key sets of one issuer than a token can be tried with", func(c *middleware.Config) {
			for i := range 17 {
				c.Issuers = append(c.Issuers[:i], middleware.Issuer{
					URL: "https://id.example.com", JWKSURL: fmt.Sprintf("https://id.example.com/%d", i),
				})
			}
		},
			`Issuers[16].URL "https://id.example.com": list at most 16 key sets of one issuer: a token may have to be tried with each`},
		{"keys over http", func(c *middleware.Config) { c.Issuers[0].JWKSURL = "http://id.example.com/jwks" },
			`Issuers[0].JWKSURL "http://id.example.com/jwks": use https: plain http is accepted from this machine's loopback addresses only`},
		{"metadata over http", func(c *middleware.Config) { c.Issuers[0].MetadataURL = "http://id.example.com/m" },
			`Issuers[0].MetadataURL "http://id.example.com/m": use https: plain http is accepted from this machine's loopback addresses only`},
		{"a seed without a usable key", func(c *middleware.Config) {
			c.Issuers[0].JWKS, c.Issuers[0].JWKSURL = json.RawMessage(`{"keys":[]}`), "https://id.example.com/jwks"
		},
			"Issuers[0].JWKS: set a key set with a usable public key: no_keys"},
		{"a seed that tenants with key sets of their own would share", func(c *middleware.Config) {
			c.Issuers[0] = middleware.Issuer{
				URL: "https://id.example.com/{t}", JWKSURL: "https://id.example.com/{t}/jwks", Tenants: []string{"a"},
				JWKS: json.RawMessage(`{"keys":[]}`),
			}
		},
			"Issuers[0].JWKS: remove it: each tenant has its own key set, and must not share a seed"},
		{"a key set without a usable key",
			func(c *middleware.Config) { c.Issuers[0].JWKS = json.RawMessage(`{"keys":[]}`) },
			"Issuers[0].JWKS: set a key set with a usable public key: no_keys"},
		{"a key set that is a list", func(c *middleware.Config) { c.Issuers[0].JWKS = json.RawMessage(`[]`) },
			"Issuers[0].JWKS: set a key set with a usable public key: not_a_key_set, looks like array"},
		{"none", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"none"} },
			`Issuers[0].Algorithms "none": remove it: unsigned tokens are never accepted`},
		{"a symmetric algorithm",
			func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"RS256", "HS256"} },
			`Issuers[0].Algorithms "HS256": remove it: with a shared secret, each API that verifies tokens could also issue them`},
		{"an algorithm in lower case", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"rs256"} },
			`Issuers[0].Algorithms "rs256": write "RS256": the names of algorithms are case-sensitive`},
		{"a negative age", func(c *middleware.Config) { c.Issuers[0].MaxAge = -1 },
			`Issuers[0].MaxAge "-1ns": use a positive duration, or 0 for no limit`},
		{"tokens without iss and keys from metadata",
			func(c *middleware.Config) { c.Issuers[0].DangerouslyAllowMissingIssuer = true },
			"Issuers[0].DangerouslyAllowMissingIssuer: set JWKS or JWKSURL too"},

		// What can never work.
		{"Entra's common endpoint",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://login.microsoftonline.com/common/v2.0" },
			`Issuers[0].URL "https://login.microsoftonline.com/common/v2.0": write "https://login.microsoftonline.com/{tenantid}/v2.0" and set Tenants or TenantPattern: tokens name their tenant, not "common"`},
		{"Entra's common endpoint of version 1.0",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://sts.windows.net/common/" },
			`Issuers[0].URL "https://sts.windows.net/common/": write "https://sts.windows.net/{tenantid}/" and set Tenants or TenantPattern: tokens name their tenant, not "common"`},
		{"Entra's common endpoint with keys of its own", func(c *middleware.Config) {
			c.Issuers[0].URL = "https://login.microsoftonline.com/common/v2.0"
			c.Issuers[0].JWKSURL = "https://login.microsoftonline.com/common/discovery/v2.0/keys"
		},
			`Issuers[0].URL "https://login.microsoftonline.com/common/v2.0": write "https://login.microsoftonline.com/{tenantid}/v2.0" and set Tenants or TenantPattern: tokens name their tenant, not "common"`},
		{"Entra's organizations endpoint",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://login.microsoftonline.com/organizations" },
			`Issuers[0].URL "https://login.microsoftonline.com/organizations": write "https://login.microsoftonline.com/{tenantid}/v2.0" and set Tenants or TenantPattern: tokens name their tenant, not "organizations"`},
		{"Entra's consumers endpoint",
			func(c *middleware.Config) { c.Issuers[0].URL = "https://login.microsoftonline.com/consumers/v2.0" },
			`Issuers[0].URL "https://login.microsoftonline.com/consumers/v2.0": write "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": tokens of personal accounts name this tenant, not "consumers"`},
		{"the address of metadata",
			func(c *middleware.Config) { c.Issuers[0].URL += "/a/.well-known/openid-configuration" },
			`Issuers[0].URL "https://id.example.com/a/.well-known/openid-configuration": write the issuer identifier, such as "https://id.example.com/a": this is the address of its metadata`},
		{"the address of OAuth metadata",
			func(c *middleware.Config) { c.Issuers[0].URL += "/.well-known/oauth-authorization-server/a" },
			`Issuers[0].URL "https://id.example.com/.well-known/oauth-authorization-server/a": write the issuer identifier, such as "https://id.example.com/a": this is the address of its metadata`},
		{"the address of SMART metadata",
			func(c *middleware.Config) { c.Issuers[0].URL += "/fhir/.well-known/smart-configuration" },
			`Issuers[0].URL "https://id.example.com/fhir/.well-known/smart-configuration": write the issuer identifier, such as "https://id.example.com/fhir": this is the address of its metadata`},
		{"the address of metadata with keys from elsewhere", func(c *middleware.Config) {
			c.Issuers[0].URL += "/.well-known/openid-configuration"
			c.Issuers[0].JWKSURL = "https://id.example.com/jwks"
		},
			`Issuers[0].URL "https://id.example.com/.well-known/openid-configuration": write the issuer identifier, such as "https://id.example.com": this is the address of its metadata`},
		{"the address of a key set", func(c *middleware.Config) { c.Issuers[0].URL += "/.well-known/jwks.json" },
			`Issuers[0].URL "https://id.example.com/.well-known/jwks.json": write the issuer identifier here, and this address in JWKSURL: it is a key set's`},
		{"the address of Keycloak's key set",
			func(c *middleware.Config) { c.Issuers[0].URL += "/realms/a/protocol/openid-connect/certs" },
			`Issuers[0].URL "https://id.example.com/realms/a/protocol/openid-connect/certs": write the issuer identifier here, and this address in JWKSURL: it is a key set's`},
		{"EdDSA in capitals", func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"EDDSA"} },
			`Issuers[0].Algorithms "EDDSA": write "EdDSA": the names of algorithms are case-sensitive`},
		{"an algorithm for encryption",
			func(c *middleware.Config) { c.Issuers[0].Algorithms = []string{"RSA-OAEP"} },
			`Issuers[0].Algorithms "RSA-OAEP": use asymmetric signature algorithms only: ES256, ES384, ES512, Ed25519, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512`},
		{"white space in the issuer", func(c *middleware.Config) { c.Issuers[0].URL += "/ a" },
			`Issuers[0].URL "https://id.example.com/ a": remove the white space`},
		{"white space in the issuer with keys from elsewhere", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].JWKSURL = "accounts.google.com\n",
				"https://www.googleapis.com/oauth2/v3/certs"
		},
			`Issuers[0].URL "accounts.google.com\n": remove the white space`},
		{"white space in the place of the keys",
			func(c *middleware.Config) { c.Issuers[0].JWKSURL = "https://id.example.com/jwks " },
			`Issuers[0].JWKSURL "https://id.example.com/jwks ": remove the white space`},
		{"a port without a host", func(c *middleware.Config) { c.Issuers[0].URL = "https://:443" },
			`Issuers[0].URL "https://:443": write an absolute URL, such as https://id.example.com`},
		{"two issuers whose tokens have no iss", func(c *middleware.Config) {
			c.Issuers[0].JWKSURL, c.Issuers[0].DangerouslyAllowMissingIssuer = "https://a.example.com/jwks", true
			c.Issuers = append(c.Issuers, middleware.Issuer{URL: "b", JWKSURL: "https://b.example.com/jwks",
				DangerouslyAllowMissingIssuer: true})
		},
			"Issuers: set DangerouslyAllowMissingIssuer for one issuer only: nothing else tells tokens without iss apart"},
		{"tokens without iss for a template", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants, c.Issuers[0].JWKSURL = "https://id.example.com/{x}", []string{"a"},
				"https://id.example.com/jwks"
			c.Issuers[0].DangerouslyAllowMissingIssuer = true
		},
			"Issuers[0].DangerouslyAllowMissingIssuer: use it without a placeholder in URL"},
		{"a client twice", func(c *middleware.Config) { c.Issuers[0].AudienceFromClients = []string{"a", "a"} },
			`Issuers[0].AudienceFromClients "a": list each value once`},
		{"a tenant twice", func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{x}.example.com", []string{"a", "a"}
		},
			`Issuers[0].Tenants "a": list each value once`},
		{"a resource with a dot segment",
			func(c *middleware.Config) { c.Resource = "https://api.example.com/a/../b" },
			`Resource "https://api.example.com/a/../b": remove the dot segments, as clients do (RFC 3986, section 5.2.4)`},
		{"a resource with a space", func(c *middleware.Config) { c.Resource = "https://api.example.com/a b" },
			`Resource "https://api.example.com/a b": percent-encode the characters that RFC 3986 does not allow in a URL`},
		{"a resource with a password", func(c *middleware.Config) { c.Resource = "https://a:b@api.example.com" },
			"Resource: remove the user information from the URL"},
		{"metadata without a resource",
			func(c *middleware.Config) { c.Metadata = map[string]any{"resource_name": "Deals"} },
			"Metadata: set Resource too"},
	})
}
