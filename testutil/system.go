package testutil

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A system is one kind of authorization server: where its endpoints are, what it
// requires of a client, and what its keys, tokens, responses and errors look like.
// Implementations have no state.
type system interface {
	variants() []string // that Options.Variant may have
	fill(o *Options)    // sets the options that are empty

	identifier(base string, o *Options) string
	tokenPath(o *Options) string
	keysPath(o *Options) string
	metadataPath(o *Options) string
	routes(i *Issuer) []route

	name(k *signingKey, o *Options) error     // gives a new key its kid
	jwk(i *Issuer, k *signingKey) object      // as published, without private members
	header(i *Issuer, k *signingKey) object   // the JOSE header of a token
	audience(i *Issuer) string                // of a token for which a client requests no other
	claims(i *Issuer, g *grant) object        // the payload of a token
	accepts(r *tokenRequest) bool             // whether the client may authenticate like this
	challenges(basic bool) bool               // whether a 401 carries WWW-Authenticate
	headers(h http.Header)                    // of every response of the token endpoint
	grant(r *tokenRequest) (*grant, *refusal) // decides for an authenticated client
	answer(i *Issuer, token string, g *grant) object
	refuse(r *tokenRequest, why *refusal) (status int, body object)

	curl(i *Issuer) []string // the command that gets a token
}

// systems by the names that Options.System may have.
var systems = map[string]system{
	"":           standard{},
	"c4t":        entra{},
	"ipreo":      identityServer{},
	"cadasto":    cadasto{},
	"connect2id": connect2id{},
	"cern":       cern{},
}

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

// under returns a path below that of the issuer identifier.
func under(o *Options, path string) string { return strings.TrimSuffix(o.Path, "/") + path }

func (standard) tokenPath(o *Options) string { return under(o, "/token") }
func (standard) keysPath(o *Options) string  { return under(o, "/jwks") }
func (standard) metadataPath(o *Options) string {
	return under(o, "/.well-known/openid-configuration")
}

func (s standard) routes(i *Issuer) []route {
	o := &i.options
	const authorize = "/authorize"
	metadata := i.document(func(*http.Request) []byte {
		// Clients of the Model Context Protocol reject a server that does not
		// name PKCE (RFC 7636), with every grant.
		pkce := member{"code_challenge_methods_supported", []string{"S256"}}
		return append(i.metadata(authorize), pkce).mustEncode()
	})
	return append(i.routes(authorize, metadata),
		// RFC 8414 section 3 puts the well-known part before the issuer's path.
		route{strings.TrimSuffix("/.well-known/oauth-authorization-server"+o.Path, "/"), metadataEndpoint, metadata})
}

// routes are those that every system has but for their paths.
func (i *Issuer) routes(authorize string, metadata http.HandlerFunc) []route {
	o := &i.options
	return []route{
		{i.system.metadataPath(o), metadataEndpoint, metadata},
		{i.system.keysPath(o), keysEndpoint, i.keysDocument()},
		{i.system.tokenPath(o), tokenEndpoint, i.token},
		{under(o, authorize), uncounted, noAuthorization},
	}
}

func (i *Issuer) keysDocument() http.HandlerFunc {
	return i.document(func(*http.Request) []byte { return i.JWKS() })
}

// noAuthorization stands where the metadata of an OpenID provider must name an
// authorization endpoint.
func noAuthorization(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "This server issues tokens by client credentials only.", http.StatusBadRequest)
}

// metadata holds what RFC 8414 section 2 and OpenID Connect Discovery section 3
// require, and nothing empty.
func (i *Issuer) metadata(authorize string) object {
	m := object{
		{"issuer", i.url},
		{"authorization_endpoint", i.base() + under(&i.options, authorize)},
		{"token_endpoint", i.TokenURL()},
		{"jwks_uri", i.JWKSURL()},
	}
	if all := i.scopes(); len(all) > 0 {
		m = append(m, member{"scopes_supported", all})
	}
	return append(m, object{
		{"response_types_supported", []string{"none"}},
		{"grant_types_supported", []string{"client_credentials"}},
		{"token_endpoint_auth_methods_supported", []string{"client_secret_basic", "client_secret_post"}},
		{"subject_types_supported", []string{"public"}},
		{"id_token_signing_alg_values_supported", i.options.Keys},
	}...)
}

// scopes returns those of all clients, each once.
func (i *Issuer) scopes() []string {
	var all []string
	for _, c := range i.options.Clients {
		all = append(all, c.Scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (standard) name(k *signingKey, _ *Options) error {
	k.id = newKeyID(k.alg)
	return nil
}

func (standard) jwk(_ *Issuer, k *signingKey) object {
	p := k.publicMembers()
	return append(object{p[0], {"use", "sig"}, {"kid", k.id}, {"alg", k.alg}}, p[1:]...)
}

// header is that of RFC 9068 section 2.1.
func (standard) header(_ *Issuer, k *signingKey) object {
	return object{{"alg", k.alg}, {"typ", "at+jwt"}, {"kid", k.id}}
}

func (standard) audience(i *Issuer) string { return i.options.Audience }

// claims are those of RFC 9068 section 2.2.
func (standard) claims(i *Issuer, g *grant) object {
	c := object{
		{"iss", i.url},
		{"sub", g.client.ID},
		{"aud", oneOrMore(g.audience)},
		{"client_id", g.client.ID},
		{"iat", g.at.Unix()},
		{"exp", g.at.Add(i.options.Lifetime).Unix()},
		{"jti", randomID()},
	}
	if len(g.scopes) > 0 {
		c = append(c, member{"scope", strings.Join(g.scopes, " ")})
	}
	if len(g.client.Roles) > 0 {
		c = append(c, member{"roles", g.client.Roles})
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

func randomID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func (standard) curl(i *Issuer) []string {
	c := i.options.Clients[0]
	return []string{"-s", "-u", c.userPassword(), "-d", "grant_type=client_credentials", i.TokenURL()}
}
