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
func (a *Authenticator) MetadataHandler() http.Handler { return &a.metadata }

// MetadataPaths returns the escaped paths to serve the MetadataHandler at: the
// one that challenges point to, and the same with or without a closing slash,
// because clients differ. It is nil if Config.Resource is not set.
//
//	for _, path := range auth.MetadataPaths() {
//		mux.Handle(path, auth.MetadataHandler())
//	}
func (a *Authenticator) MetadataPaths() []string { return a.metadata.paths() }

// Declare tells the Authenticator that there is a route with these requirements.
// Their scopes become a part of the metadata, see MetadataHandler. It panics if a
// requirement is not well formed, because no request could ever enter such a
// route.
//
// The guards of the adapters call Declare when they are made. Code that calls
// Check itself should call it too, once for each route.
func (a *Authenticator) Declare(need ...scopes.Requirement) { a.metadata.declare(need) }
