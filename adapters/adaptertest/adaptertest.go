// Package adaptertest is the suite that every adapter of bearerguard passes. Who
// writes an adapter for another framework runs it in a test:
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, func(routes []adaptertest.Route) http.Handler {
//			router := fancy.New()
//			for _, r := range routes {
//				router.Handle(r.Method, r.Path, handler(r), guards(r)...)
//			}
//			return router
//		})
//	}
//
// An adapter decides nothing, so the suite asks whether it carries everything:
// the request to the Authenticator, the token to the handler, the refusal to the
// client, and nothing to the handler when there is a refusal.
package adaptertest

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// A Route is one that the suite wants to have registered.
type Route struct {
	// Method is the request method. Empty means every method, OPTIONS too.
	Method string
	// Path is the whole path, without parameters.
	Path string
	// Guards stand before the handler, the outermost first.
	Guards []Guard
	// Handler is the handler. It has to be called with the writer and the
	// request as the framework hands them to a handler, and with what the
	// adapter's Token returns there.
	Handler func(w http.ResponseWriter, r *http.Request, token *claims.Token)
	// Status, if not nil, asks for the adapter's AuthorizationStatus of this
	// Authenticator in place of Handler, which is nil then.
	Status *middleware.Authenticator
}

// A Guard is one call of the adapter's Require or Optional.
type Guard struct {
	// Auth is the Authenticator to hand over.
	Auth *middleware.Authenticator
	// Optional asks for Optional, which takes no requirements.
	Optional bool
	// Need are the requirements to hand to Require.
	Need []scopes.Requirement
}

// Run runs the suite as subtests of t. build registers routes with the
// framework and returns what serves them, configured as the framework is by
// default: it may recover from panics, and it answers paths without a route as
// it likes. Run calls it many times.
func Run(t *testing.T, build func(routes []Route) http.Handler) {
	s := &suite{build: build, issuer: testutil.NewIssuer(t, testutil.Options{Keys: quick})}
	t.Run("Require", s.require)
	t.Run("Refusals", s.refusals)
	t.Run("Optional", s.optional)
	t.Run("AuthorizationStatus", s.authorizationStatus)
	t.Run("Nesting", s.nesting)
	t.Run("Challenges", s.challenges)
	t.Run("Request", s.request)
	t.Run("Panics", s.panics)
	t.Run("Wire", s.wire)
	t.Run("HTTP2", s.http2)
	t.Run("Parallel", s.parallel)
}
