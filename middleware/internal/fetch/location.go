package fetch

import "strings"

// Discovery says where the metadata of an issuer may be, and which issuer it
// must name.
type Discovery struct {
	Issuer    string // the iss of the tokens
	Named     string // the issuer that the metadata must name; empty means Issuer
	URL       string // of the metadata; empty means the well-known locations
	AllowHTTP bool   // for the jwks_uri, see weburl.Parse
}

// Kind is one of the kinds of metadata.
type Kind uint8

// The kinds of metadata.
const (
	Explicit Kind = iota // at Discovery.URL
	OpenID               // OpenID Connect Discovery 1.0, section 4
	OAuth                // RFC 8414, section 3
	SMART                // SMART App Launch
)

// Location is a URL at which metadata may be.
type Location struct {
	Kind Kind
	URL  string
}

// Locations returns the locations to try, in order.
func (d *Discovery) Locations() []Location {
	if d.URL != "" {
		return []Location{{Explicit, d.URL}}
	}
	base := strings.TrimSuffix(d.Issuer, "/")
	return []Location{
		{OpenID, base + "/.well-known/openid-configuration"},
		{OAuth, insertWellKnown(base)},
		{SMART, base + "/.well-known/smart-configuration"},
	}
}

// insertWellKnown puts the well-known segment of RFC 8414 between host and path.
func insertWellKnown(issuer string) string {
	const segment = "/.well-known/oauth-authorization-server"
	_, rest, _ := strings.Cut(issuer, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host := len(issuer) - len(rest) + i
		return issuer[:host] + segment + issuer[host:]
	}
	return issuer + segment
}

// named returns the issuer that the metadata must name.
func (d *Discovery) named() string {
	if d.Named != "" {
		return d.Named
	}
	return d.Issuer
}
