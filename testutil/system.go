package testutil

import (
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
	routes(at *site) []route

	name(k *signingKey, o *Options) error     // gives a new key its kid
	jwk(at *site, k *signingKey) object       // as published, without private members
	header(at *site, k *signingKey) object    // the JOSE header of a token
	audience(at *site) string                 // of a token for which a client requests no other
	claims(at *site, g *grant) object         // the payload of a token
	accepts(r *tokenRequest) bool             // whether the client may authenticate like this
	challenges(basic bool) bool               // whether a 401 carries WWW-Authenticate
	headers(h http.Header)                    // of every response of the token endpoint
	grant(r *tokenRequest) (*grant, *refusal) // decides for an authenticated client
	answer(at *site, token string, g *grant) object
	refuse(r *tokenRequest, why *refusal) (status int, body object)

	curl(at *site) []string // the command that gets a token
}

// A route is a path of the server, in the pattern syntax of http.ServeMux.
type route struct {
	pattern  string
	endpoint endpoint
	handle   http.HandlerFunc // nil at the token endpoint
}

// A site is what a system needs to know of a running server.
type site struct {
	options Options
	system  system
	addr    string // host:port
	url     string // the issuer identifier

	// keyDocument returns the JWK Set document, with each key as form writes it.
	keyDocument func(form func(*signingKey) object) []byte
}

// base returns the scheme and authority of the server's URLs.
func (at *site) base() string {
	if at.options.TLS {
		return "https://" + at.addr
	}
	return "http://" + at.addr
}

func (at *site) tokenURL() string { return at.base() + at.system.tokenPath(&at.options) }
func (at *site) keysURL() string  { return at.base() + at.system.keysPath(&at.options) }

// expiresIn is the lifetime of tokens in seconds.
func (at *site) expiresIn() int64 { return int64(at.options.Lifetime / time.Second) }

// under returns a path below that of the issuer identifier.
func under(o *Options, path string) string { return strings.TrimSuffix(o.Path, "/") + path }

// metadata holds what RFC 8414 section 2 and OpenID Connect Discovery section 3
// require, and nothing empty.
func (at *site) metadata(authorize string) object {
	m := object{
		{"issuer", at.url},
		{"authorization_endpoint", at.base() + under(&at.options, authorize)},
		{"token_endpoint", at.tokenURL()},
		{"jwks_uri", at.keysURL()},
	}
	if all := at.scopes(); len(all) > 0 {
		m = append(m, member{"scopes_supported", all})
	}
	return append(m, object{
		{"response_types_supported", []string{"none"}},
		{"grant_types_supported", []string{"client_credentials"}},
		{"token_endpoint_auth_methods_supported", []string{"client_secret_basic", "client_secret_post"}},
		{"subject_types_supported", []string{"public"}},
		{"id_token_signing_alg_values_supported", at.options.Keys},
	}...)
}

// scopes returns those of all clients, each once.
func (at *site) scopes() []string {
	var all []string
	for _, c := range at.options.Clients {
		all = append(all, c.Scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// document returns a handler for GET and HEAD that responds with what make returns,
// as JSON, and ignores the Accept field.
func (at *site) document(make func(r *http.Request) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		body := make(r)
		if body == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if at.options.CacheControl != "" {
			w.Header().Set("Cache-Control", at.options.CacheControl)
		}
		w.Write(body)
	}
}
