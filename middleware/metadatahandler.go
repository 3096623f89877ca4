package middleware

import (
	"net/http"

	"github.com/bearerguard/bearerguard/scopes"
)

// MetadataHandler returns a handler that serves the metadata of the protected
// resource (RFC 9728): its identifier, the trusted issuers, and the scopes that
// the routes need, as far as Declare knows them. It is public, also for scripts
// of other origins.
//
// The handler answers at MetadataPaths only, so several Authenticators with
// several resources can share a host. It must see the path of the request
// unchanged. Nothing in the response comes from the request: neither from the
// Host field nor from those of a proxy. A Cache-Control field that is already set
// stays; without one, clients may cache the metadata for an hour.
func (a *Authenticator) MetadataHandler() http.Handler { return a.metadata }

// MetadataPaths returns the patterns to serve the MetadataHandler at, for
// http.ServeMux, Echo and Gin: the path that challenges point to, and the same with
// or without a closing slash, because clients differ. It is nil if Config.Resource
// is not set.
//
//	for _, path := range auth.MetadataPaths() {
//		mux.Handle(path, auth.MetadataHandler())
//	}
//
// The routers do not read escapes, colons and asterisks alike. A resource with any of
// them in its path has further patterns, such as "a:20b" for "a%20b", which are
// parameters for Echo and Gin and never match for http.ServeMux; the handler compares
// the whole path. Echo and Gin cannot tell two resources apart that differ only behind
// such a character. Without UseRawPath, Gin cannot serve a path that ends in "%2F". Old
// releases of Gin, such as v1.3.0, cannot register the paths of a resource with
// escapes, colons or asterisks.
func (a *Authenticator) MetadataPaths() []string { return a.metadata.paths() }

// Declare tells the Authenticator that there is a route with these requirements.
// Their scopes become a part of the metadata, see MetadataHandler. It panics if a
// requirement is not well formed, because no request could ever enter such a
// route.
//
// The guards of the adapters call Declare when they are made. Code that calls
// Check itself should call it too, once for each route.
func (a *Authenticator) Declare(need ...scopes.Requirement) {
	a.metadata.declare(need)
	if a.other != nil {
		a.other.Declare(need...)
	}
}
