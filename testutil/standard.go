package testutil

import (
	"net/http"
	"strings"
	"time"
)

// standard is a server as the RFCs have it. The other systems build on it.
type standard struct{}

func (standard) variants() []string { return []string{""} }

func (standard) fill(o *Options) {
	fillDefaults(o, Options{
		Audience: "https://api.example.com",
		Lifetime: time.Hour,
		Keys:     []string{"RS256", "ES256", "EdDSA"},
		Clients: []Client{{
			ID:     "demo-client",
			Secret: "demo-secret",
			Scopes: []string{"deals-read", "deals-write"},
		}},
	})
}

// fillDefaults sets the options of o that are empty and that every system has a
// default for.
func fillDefaults(o *Options, d Options) {
	if o.Audience == "" {
		o.Audience = d.Audience
	}
	if o.Lifetime == 0 {
		o.Lifetime = d.Lifetime
	}
	if len(o.Keys) == 0 {
		o.Keys = d.Keys
	}
	if len(o.Clients) == 0 {
		o.Clients = d.Clients
	}
}

func (standard) identifier(base string, o *Options) string { return base + o.Path }

func (standard) tokenPath(o *Options) string { return under(o, "/token") }
func (standard) keysPath(o *Options) string  { return under(o, "/jwks") }
func (standard) metadataPath(o *Options) string {
	return under(o, "/.well-known/openid-configuration")
}

func (s standard) routes(at *site) []route {
	o := &at.options
	const authorize = "/authorize"
	metadata := at.document(func(*http.Request) []byte {
		// Clients of the Model Context Protocol reject a server that does not
		// name PKCE (RFC 7636), with every grant.
		m := append(at.metadata(authorize),
			member{"code_challenge_methods_supported", []string{"S256"}},
			member{"dpop_signing_alg_values_supported", proofAlgorithms}) // RFC 9449 section 5.1
		if o.seesCertificates() { // RFC 8705 section 3.3
			m = append(m, member{"tls_client_certificate_bound_access_tokens", true})
		}
		return m.mustEncode()
	})
	return append(commonRoutes(at, authorize, metadata),
		// RFC 8414 section 3 puts the well-known part before the issuer's path.
		route{strings.TrimSuffix("/.well-known/oauth-authorization-server"+o.Path, "/"), metadataEndpoint, metadata})
}

// commonRoutes are the routes of every system, whose paths differ.
func commonRoutes(at *site, authorize string, metadata http.HandlerFunc) []route {
	o := &at.options
	keys := at.document(func(*http.Request) []byte {
		return at.keyDocument(func(k *signingKey) object { return at.system.jwk(at, k) })
	})
	return []route{
		{at.system.metadataPath(o), metadataEndpoint, metadata},
		{at.system.keysPath(o), keysEndpoint, keys},
		{at.system.tokenPath(o), tokenEndpoint, nil},
		{under(o, authorize), uncounted, noAuthorization},
	}
}

// noAuthorization stands where the metadata of an OpenID provider must name an
// authorization endpoint.
func noAuthorization(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "This server issues tokens by client credentials only.", http.StatusBadRequest)
}

func (standard) name(k *signingKey, _ *Options) error {
	k.id = newKeyID(k.alg)
	return nil
}

func (standard) jwk(_ *site, k *signingKey) object {
	p := k.publicMembers()
	return append(object{p[0], {"use", "sig"}, {"kid", k.id}, {"alg", k.alg}}, p[1:]...)
}

// header is that of RFC 9068 section 2.1.
func (standard) header(_ *site, k *signingKey) object {
	return object{{"alg", k.alg}, {"typ", "at+jwt"}, {"kid", k.id}}
}

func (standard) audience(at *site) string { return at.options.Audience }

// claims are those of RFC 9068 section 2.2.
func (standard) claims(at *site, g *grant) object {
	c := object{
		{"iss", at.url},
		{"sub", g.client.ID},
		{"aud", oneOrMore(g.audience)},
		{"client_id", g.client.ID},
		{"iat", g.at.Unix()},
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
		{"jti", randomID()},
	}
	if len(g.scopes) > 0 {
		c = append(c, member{"scope", strings.Join(g.scopes, " ")})
	}
	if len(g.client.Roles) > 0 {
		c = append(c, member{"roles", g.client.Roles})
	}
	if len(g.confirmation) > 0 {
		c = append(c, member{"cnf", g.confirmation})
	}
	return c
}

// oneOrMore writes an audience as RFC 7519 section 4.1.3 has it: a single one
// as a string.
func oneOrMore(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
}

func (standard) curl(at *site) []string {
	c := at.options.Clients[0]
	return []string{"-s", "-u", c.userPassword(), "-d", "grant_type=client_credentials", at.tokenURL()}
}

func (standard) accepts(*tokenRequest) bool { return true }
func (standard) challenges(bool) bool       { return true }

func (standard) headers(h http.Header) {
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
}

func (standard) grant(r *tokenRequest) (*grant, *refusal) {
	scopes, why := r.scopes()
	if why != nil {
		return nil, why
	}
	audience, why := r.audience()
	return &grant{scopes: scopes, audience: audience}, why
}

// answer is the response of RFC 6749 section 5.1. It always has the scope, which is
// required only where it differs from the request.
func (standard) answer(at *site, token string, g *grant) object {
	a := object{
		{"access_token", token},
		{"token_type", g.tokenType()},
		{"expires_in", at.expiresIn()},
	}
	if len(g.scopes) > 0 {
		a = append(a, member{"scope", strings.Join(g.scopes, " ")})
	}
	return a
}

func (standard) refuse(_ *tokenRequest, why *refusal) (int, object) {
	f := standardRefusals[why.cause]
	if why.cause == badProof {
		f.description += why.detail + "."
	}
	return f.status, f.body()
}
