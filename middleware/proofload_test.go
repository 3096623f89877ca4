package middleware_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestABusyClientBesideMany sends proofs of one client and of many in the same second. The
// memory of used proofs is judged by itself with many more.
func TestABusyClientBesideMany(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 200
	}
	api := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.MaxReplayBytes = 1 << 20 })
	busy := &testutil.ProofKey{Algorithm: "EdDSA"}
	token := api.mint(busy.Confirmation())
	if _, err := api.Verify(t.Context(), api.mint()); err != nil { // the keys are there
		t.Fatal(err)
	}
	var refused atomic.Int64
	send := func(key *testutil.ProofKey, token string) {
		proof := key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now})
		r := presented{scheme: "DPoP", token: token, proofs: []string{proof}}.request()
		if _, err := api.Decide(t.Context(), r); err != nil {
			refused.Add(1)
		}
	}
	var all sync.WaitGroup
	all.Go(func() {
		for range n {
			send(busy, token)
		}
	})
	all.Go(func() {
		for range n {
			key := &testutil.ProofKey{Algorithm: "EdDSA"}
			send(key, api.mint(key.Confirmation()))
		}
	})
	all.Wait()
	if s := api.Stats(); refused.Load() > 0 || s.Proofs != 2*n || s.ProofBytes > 1<<20 {
		t.Errorf("%d requests are refused, %d proofs are kept in %d bytes", refused.Load(), s.Proofs, s.ProofBytes)
	}
}
