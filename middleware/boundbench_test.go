package middleware_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// A boundRequest sends a token that is in the cache, to measure what its binding costs.
type boundRequest struct {
	testing.TB
	api    *boundAPI
	guard  http.Handler
	r      *http.Request
	w      *discard
	served int
	key    *testutil.ProofKey // of the token, nil if it is not bound to one
	token  string
	proofs []string // that were not used yet
}

// newBoundRequest returns a request with a token that is bound to "nothing", to the
// "certificate" of the connection, or to a key of the algorithm binding.
func newBoundRequest(t testing.TB, binding string) *boundRequest {
	b := &boundRequest{TB: t, api: newBoundAPI(t, nil), w: &discard{http.Header{}}}
	b.r = httptest.NewRequest("GET", "/v1/deals", nil)
	claims := maps.Clone(benchClaims)
	claims["exp"] = b.api.now.Add(24 * time.Hour).Unix()
	scheme := "Bearer "
	switch binding {
	case "nothing":
	case "certificate":
		b.r.TLS, claims["cnf"] = b.api.cert.ConnectionState(), b.api.cert.Confirmation()
	default:
		b.key = &testutil.ProofKey{Algorithm: binding}
		scheme, claims["cnf"] = "DPoP ", b.key.Confirmation()
		b.r.Header["Dpop"] = []string{""}
	}
	b.token = b.api.issuer.Mint(claims)
	b.r.Header["Authorization"] = []string{scheme + b.token}
	b.guard = httpauth.Require(b.api.Authenticator, scopes.Scope("deals-read"))(http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) { b.served++ }))
	b.prepare(1)
	b.serve()
	return b
}

// prepare makes n proofs. The clock moves on, so that those that were used have expired.
func (b *boundRequest) prepare(n int) {
	if b.key == nil {
		return
	}
	b.api.now = b.api.now.Add(2 * time.Minute)
	b.proofs = make([]string, n)
	for i := range b.proofs {
		b.proofs[i] = b.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: b.token, At: b.api.now})
	}
}

// serve serves the request, with the next proof.
func (b *boundRequest) serve() {
	if b.key != nil {
		b.r.Header["Dpop"][0], b.proofs = b.proofs[0], b.proofs[1:]
	}
	before := b.served
	b.guard.ServeHTTP(b.w, b.r)
	if b.served == before {
		b.Fatalf("a good request is rejected: %q", b.w.header)
	}
}

// BenchmarkBound sends a token that is in the cache: one that is not bound, one that is bound
// to a certificate, and ones that are bound to a key, with another proof each time.
func BenchmarkBound(b *testing.B) {
	for _, binding := range []string{"nothing", "certificate", "ES256", "EdDSA"} {
		b.Run(binding, func(b *testing.B) {
			request := newBoundRequest(b, binding)
			b.ReportAllocs()
			for b.Loop() {
				if request.key != nil && len(request.proofs) == 0 {
					b.StopTimer()
					request.prepare(10_000)
					b.StartTimer()
				}
				request.serve()
			}
		})
	}
}

// TestAllocationsOfBoundTokens limits what a binding adds to the allocations for a token in
// the cache. The race detector adds some, as in TestAllocations.
func TestAllocationsOfBoundTokens(t *testing.T) {
	const runs = 200
	for binding, limit := range map[string]float64{"nothing": 2, "certificate": 2, "ES256": 18, "EdDSA": 7} {
		t.Run(binding, func(t *testing.T) {
			request := newBoundRequest(t, binding)
			for range 2 { // the second time, the memory for used proofs has room
				request.prepare(2*runs + 2)
				limitAllocations(t, limit, runs, request.serve)
			}
		})
	}
}
