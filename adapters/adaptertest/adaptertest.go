// Package adaptertest is the test suite of the adapters. An adapter for another
// framework runs it in a test:
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
//			router := fancy.New()
//			api := &fancyauth.Router{Fancy: router}
//			for _, r := range routes {
//				if r.Forgotten {
//					router.Handle(r.Method, r.Path, handler(r))
//				} else {
//					guarded(api, r).Handle(r.Method, r.Path, handler(r))
//				}
//			}
//			return router, api.Routes()
//		})
//	}
//
// An adapter decides nothing. The suite tests that it passes everything on: the
// request to the Authenticator, the token to the handler, the refusal to the
// client, and nothing to the handler after a refusal. It also tests that the
// adapter's list of routes says who may call them, and that a guard keeps its own
// copy of its requirements.
package adaptertest

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Run runs the suite as subtests of t. build registers routes with the framework
// and returns the handler that serves them and the adapter's list of them. A nil
// list skips the tests of lists. The framework should be configured as it is by
// default: it may recover from panics, and may respond as it likes to paths
// without a route. Run calls build many times.
func Run(t *testing.T, build func(routes []Route) (http.Handler, middleware.Routes)) {
	s := &suite{list: build, issuer: testutil.NewIssuer(t, testutil.Options{Keys: quick})}
	t.Run("Require", s.require)
	t.Run("Refusals", s.refusals)
	t.Run("Bodies", s.bodies)
	t.Run("Optional", s.optional)
	t.Run("AuthorizationStatus", s.authorizationStatus)
	t.Run("Nesting", s.nesting)
	t.Run("Admission", s.admission)
	t.Run("Vary", s.varies)
	t.Run("Places", s.places)
	t.Run("Either", s.either)
	t.Run("Proofs", s.proofs)
	t.Run("Certificates", s.certificates)
	t.Run("Challenges", s.challenges)
	t.Run("Hearing", s.hearing)
	t.Run("Request", s.request)
	t.Run("Panics", s.panics)
	t.Run("Wire", s.wire)
	t.Run("HTTP2", s.http2)
	t.Run("Parallel", s.parallel)
	t.Run("Preflight", s.preflight)
	t.Run("Metadata", s.metadata)
	t.Run("RawTargets", s.rawTargets)
	t.Run("Routes", s.routes)
	t.Run("Registration", s.registration)
}
