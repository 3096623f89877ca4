package middleware

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/bearerguard/bearerguard/scopes"
)

// resourceMetadata is the document that an Authenticator publishes about its API,
// the protected resource (RFC 9728). The zero value publishes nothing.
type resourceMetadata struct {
	path, query string                     // of its URL; path is "" without Config.Resource
	members     map[string]json.RawMessage // all but the scopes of declare
	servers     []string                   // those of members, nil if the configuration gives them

	mu     sync.Mutex
	scopes []string // of declare, sorted
}

// newMetadata returns what the configuration decides.
func newMetadata(c *checkedConfig) *resourceMetadata {
	m := new(resourceMetadata)
	if c.resource == nil {
		return m
	}
	m.path, m.query = metadataPath(c.resource), c.resource.RawQuery
	m.members = maps.Clone(c.metadata)
	m.members["resource"] = encoded(c.Resource)
	m.members["bearer_methods_supported"] = encoded([]string{"header"})
	m.addBinding(&c.Config)
	if _, given := m.members["authorization_servers"]; !given {
		m.addServers(authorizationServers(c.Issuers))
	}
	return m
}

// addBinding adds the members about tokens that are bound to a key (RFC 9728, section 2).
func (m *resourceMetadata) addBinding(c *Config) {
	if c.DPoP != nil {
		m.members["dpop_signing_alg_values_supported"] = encoded(c.DPoP.Algorithms)
		m.members["dpop_bound_access_tokens_required"] = encoded(c.DPoP.Required)
	}
	if c.Certificates != nil {
		m.members["tls_client_certificate_bound_access_tokens"] = encoded(true)
	}
}

// addServers adds authorization servers.
func (m *resourceMetadata) addServers(servers []string) {
	for _, server := range servers {
		if !slices.Contains(m.servers, server) {
			m.servers = append(m.servers, server)
		}
	}
	if len(m.servers) > 0 {
		m.members["authorization_servers"] = encoded(m.servers)
	}
}

// with returns the metadata of an API that accepts the tokens of other issuers too.
func (m *resourceMetadata) with(issuers []Issuer) *resourceMetadata {
	m.mu.Lock()
	defer m.mu.Unlock()
	both := &resourceMetadata{
		path: m.path, query: m.query, members: maps.Clone(m.members),
		servers: slices.Clone(m.servers), scopes: slices.Clone(m.scopes),
	}
	if _, given := m.members["authorization_servers"]; m.path != "" && (!given || m.servers != nil) {
		both.addServers(authorizationServers(issuers))
	}
	return both
}

// authorizationServers returns the issuer identifiers under which clients find
// the metadata of the servers (RFC 8414, section 2). It leaves out names that are
// no https URL, and templates whose tenants are not listed.
func authorizationServers(issuers []Issuer) []string {
	var servers []string
	for i := range issuers {
		id := cmp.Or(issuers[i].MetadataIssuer, issuers[i].URL)
		ids := []string{id}
		if placeholder.MatchString(id) {
			ids = nil
			for _, tenant := range issuers[i].Tenants {
				ids = append(ids, placeholder.ReplaceAllLiteralString(id, tenant))
			}
		}
		for _, id := range ids {
			if discoverable(id) && !slices.Contains(servers, id) {
				servers = append(servers, id)
			}
		}
	}
	return servers
}

// declare adds the scopes of a route. It panics if a requirement is not well
// formed.
func (m *resourceMetadata) declare(need []scopes.Requirement) {
	for _, r := range need {
		if err := r.Err(); err != nil {
			panic(err)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range requiredScopes(need) {
		if at, found := slices.BinarySearch(m.scopes, name); !found {
			m.scopes = slices.Insert(m.scopes, at, name)
		}
	}
}

// document returns the metadata with the scopes declared by now. A member without
// a value is left out (RFC 9728, section 3.2).
func (m *resourceMetadata) document() map[string]json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, given := m.members["scopes_supported"]; given || len(m.scopes) == 0 {
		return m.members
	}
	document := maps.Clone(m.members)
	document["scopes_supported"] = encoded(m.scopes)
	return document
}

// isAt reports whether the document is at u. The query counts only if the
// resource has one.
func (m *resourceMetadata) isAt(u *url.URL) bool {
	return m.path != "" && (m.query == "" || m.query == u.RawQuery) &&
		strings.TrimSuffix(u.EscapedPath(), "/") == strings.TrimSuffix(m.path, "/")
}

// ServeHTTP implements http.Handler, as MetadataHandler describes it.
func (m *resourceMetadata) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	switch {
	case !m.isAt(r.URL):
		http.NotFound(w, r)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", metadataLifetime)
		}
		writeJSON(w, r, http.StatusOK, m.document())
	case r.Method == http.MethodOptions:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "*")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

const (
	// wellKnown is where a protected resource's metadata is (RFC 9728, section 3).
	wellKnown = "/.well-known/oauth-protected-resource"
	// metadataLifetime is how long clients may cache the metadata (RFC 9728,
	// section 7.10): an hour, because it changes with the API's deployments only.
	metadataLifetime = "max-age=3600"
)

// metadataURL returns the URL of the metadata of resource: the well-known path
// goes between host and path, without a slash that ends the host (RFC 9728,
// section 3.1).
func metadataURL(resource *url.URL) string {
	location := resource.Scheme + "://" + resource.Host + metadataPath(resource)
	if resource.RawQuery != "" {
		location += "?" + resource.RawQuery
	}
	return location
}

// metadataPath returns the path of the metadata of resource, escaped as there.
func metadataPath(resource *url.URL) string {
	if path := resource.EscapedPath(); path != "/" {
		return wellKnown + path
	}
	return wellKnown
}

// encoded returns v, which is text, as JSON.
func encoded(v any) json.RawMessage {
	text, _ := json.Marshal(v)
	return text
}
