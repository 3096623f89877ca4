package middleware

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/bearerguard/bearerguard/scopes"
)

const (
	// wellKnown is where a protected resource's metadata lives (RFC 9728,
	// section 3).
	wellKnown = "/.well-known/oauth-protected-resource"
	// metadataLifetime is how long clients may keep the metadata (RFC 9728,
	// section 7.10). An hour: what an API trusts changes with its deployments.
	metadataLifetime = "max-age=3600"
)

// metadataURL returns the URL of the metadata of resource: the well-known path
// goes between host and path, and a slash that ends the host part goes away
// (RFC 9728, section 3.1).
func metadataURL(resource string) string {
	u, err := url.Parse(resource)
	if err != nil {
		return ""
	}
	location := u.Scheme + "://" + u.Host + metadataPath(u)
	if u.RawQuery != "" {
		location += "?" + u.RawQuery
	}
	return location
}

// metadataPath returns the path of the metadata of the resource at u, in the
// escaped form that u has.
func metadataPath(u *url.URL) string {
	if path := u.EscapedPath(); path != "/" {
		return wellKnown + path
	}
	return wellKnown
}

// resourceMetadata is what an Authenticator publishes about its API.
type resourceMetadata struct {
	path, query string                     // of its URL; path is "" without Config.Resource
	members     map[string]json.RawMessage // all but the gathered scopes

	mu     sync.Mutex
	scopes []string // gathered by Declare, sorted
}

// fill prepares what the configuration decides. check has found no mistake.
func (m *resourceMetadata) fill(c *Config) {
	if c.Resource == "" {
		return
	}
	u, err := url.Parse(c.Resource)
	if err != nil {
		return
	}
	m.path, m.query = metadataPath(u), u.RawQuery
	m.members = map[string]json.RawMessage{}
	for name, value := range c.Metadata {
		m.members[name] = encoded(value)
	}
	m.members["resource"] = encoded(c.Resource)
	m.members["bearer_methods_supported"] = encoded([]string{"header"})
	if _, given := m.members["authorization_servers"]; !given {
		if servers := authorizationServers(c.Issuers); len(servers) > 0 {
			m.members["authorization_servers"] = encoded(servers)
		}
	}
}

// document returns the metadata as it is now. A parameter without a value is
// left out (RFC 9728, section 3.2).
func (m *resourceMetadata) document() map[string]json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, given := m.members["scopes_supported"]; !given && len(m.scopes) > 0 {
		document := map[string]json.RawMessage{"scopes_supported": encoded(m.scopes)}
		for name, value := range m.members {
			document[name] = value
		}
		return document
	}
	return m.members
}

// authorizationServers returns the issuer identifiers under which clients find
// the metadata of the servers (RFC 8414, section 2). What is none is left out:
// names that are no https URL, and templates whose tenants are not listed.
func authorizationServers(issuers []Issuer) []string {
	var servers []string
	for _, is := range issuers {
		id := is.MetadataIssuer
		if id == "" {
			id = is.URL
		}
		ids := []string{id}
		if placeholder.MatchString(id) {
			ids = nil
			for _, tenant := range is.Tenants {
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

// discoverable reports whether a client can look for metadata under id.
func discoverable(id string) bool {
	u, err := url.Parse(id)
	return err == nil && u.Host != "" && u.User == nil && !strings.ContainsAny(id, "?#") &&
		(u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

// Declare tells the Authenticator that there is a route with these requirements.
// It panics if one of them is not well formed: a route that could never be
// entered, or whose challenge could not be written, is a mistake of the program.
// The scopes named become a part of the metadata, see MetadataHandler.
//
// The guards of the adapters call it when they are made. Whoever calls Check
// himself should do so too.
func (m *resourceMetadata) demand(need ...scopes.Requirement) {
	for _, r := range need {
		if err := r.Err(); err != nil {
			panic(err)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range requiredScopes(need) {
		if at, known := slices.BinarySearch(m.scopes, name); !known {
			m.scopes = slices.Insert(m.scopes, at, name)
		}
	}
}

// MetadataPaths returns the escaped paths to serve the MetadataHandler at: the
// one that challenges point to, and the same with or without a closing slash,
// which clients do not agree on. It is nil if Config.Resource is not set.
//
//	for _, path := range auth.MetadataPaths() {
//		mux.Handle(path, auth.MetadataHandler())
//	}
func (m *resourceMetadata) paths() []string {
	path := m.path
	if path == "" {
		return nil
	}
	if other, slash := strings.CutSuffix(path, "/"); slash {
		return []string{path, other}
	}
	return []string{path, path + "/"}
}

// MetadataHandler returns a handler that serves the metadata of the protected
// resource (RFC 9728): its identifier, the issuers that are trusted, and the
// scopes that the routes demand, as far as guards were made for them. It is
// public, for scripts of other origins too.
//
// The handler answers at MetadataPaths and nowhere else, so several
// Authenticators for several resources can share a host. It must see the path
// of the request unchanged. Nothing in its answer comes from the request, be it
// the Host field or a forwarding proxy's. A Cache-Control field that is set
// before stays; else clients may keep the metadata for an hour.
func (m *resourceMetadata) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		switch {
		case !m.at(r.URL):
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
	})
}

// at reports whether u is a place of the metadata. The query counts only if the
// resource has one.
func (m *resourceMetadata) at(u *url.URL) bool {
	return m.path != "" && (m.query == "" || m.query == u.RawQuery) &&
		strings.TrimSuffix(u.EscapedPath(), "/") == strings.TrimSuffix(m.path, "/")
}

// encoded returns v as JSON. check has refused what cannot be written.
func encoded(v any) json.RawMessage {
	text, _ := json.Marshal(v)
	return text
}
