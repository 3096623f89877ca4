package middleware

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// adviseIdentifier returns what to write instead of an issuer identifier that no
// token has, "" if raw may be one. If the places of metadata or keys are given
// explicitly, only the certain cases count.
func adviseIdentifier(raw string, explicit bool) string {
	if at := strings.Index(raw, "/.well-known/"); at >= 0 {
		document, realm, _ := strings.Cut(raw[at+len("/.well-known/"):], "/")
		switch document {
		case "openid-configuration", "oauth-authorization-server", "smart-configuration":
			identifier := raw[:at]
			if realm != "" { // RFC 8414, section 3.1
				identifier += "/" + realm
			}
			return `write the issuer identifier, such as "` + identifier + `": this is the address of its metadata`
		}
	}
	if reason := adviseEntra(raw); reason != "" {
		return reason
	}
	for _, suffix := range keySetPaths {
		if !explicit && strings.HasSuffix(strings.TrimSuffix(raw, "/"), suffix) {
			return "write the issuer identifier here, and this address in JWKSURL: it is a key set's"
		}
	}
	return ""
}

// keySetPaths are the usual ends of the address of a key set.
var keySetPaths = []string{
	"/jwks", "/jwks.json", "/jwks_uri", "/protocol/openid-connect/certs", "/oauth2/v3/certs",
	"/discovery/keys", "/discovery/v2.0/keys", "/v1/keys",
}

// entraHosts are the hosts of Entra's issuers, in all its clouds.
var entraHosts = []string{
	"login.microsoftonline.com", "sts.windows.net", "login.windows.net", "login.microsoft.com",
	"login.microsoftonline.us", "login.partner.microsoftonline.cn", "sts.chinacloudapi.cn",
}

// adviseEntra returns what to write instead of an Entra endpoint that serves
// many tenants: tokens name the one that issued them.
func adviseEntra(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || !slices.Contains(entraHosts, strings.ToLower(u.Hostname())) {
		return ""
	}
	tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	tenant = strings.ToLower(tenant)
	before, after := "https://"+u.Host+"/", "/v2.0"
	if strings.HasPrefix(u.Hostname(), "sts.") {
		after = "/" // tokens of version 1.0
	}
	switch tenant {
	case "common", "organizations":
		return `write "` + before + "{tenantid}" + after + `" and set Tenants or TenantPattern: ` +
			`tokens name their tenant, not "` + tenant + `"`
	case "consumers":
		const personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
		return `write "` + before + personal + after + `": ` +
			`tokens of personal accounts name this tenant, not "consumers"`
	}
	return ""
}

// adviseAlgorithm returns what to write instead of an algorithm that is not
// accepted.
func adviseAlgorithm(name string) string {
	known := jws.Names()
	for _, other := range known {
		if strings.EqualFold(name, other) {
			return `write "` + other + `": the names of algorithms are case-sensitive`
		}
	}
	switch strings.ToUpper(name) {
	case "NONE":
		return "remove it: unsigned tokens are never accepted"
	case "HS256", "HS384", "HS512":
		return "remove it: with a shared secret, each API that verifies tokens could also issue them"
	}
	return "use asymmetric signature algorithms only: " + strings.Join(known, ", ")
}
