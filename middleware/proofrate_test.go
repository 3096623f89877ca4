// The test has one goroutine, and takes a minute with the race detector.

//go:build !race

package middleware_test

import (
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestNoProofIsRefusedAtTheExpectedRate sends proofs of one client and as many of 10,000
// others, for 192 seconds, twice as long as a proof is remembered. Both the rate and the room
// are a 128th of what is expected: 10,000 proofs a second from either side, and 128 MiB.
func TestNoProofIsRefusedAtTheExpectedRate(t *testing.T) {
	clients := 10_000
	if testing.Short() {
		clients = 1000
	}
	const (
		room, seconds = 128 << 20 / 128, 192
		life          = 90  // seconds, with the leeway
		every         = 101 // proofs, one comes again: of both kinds of clients
	)
	requests := 3 * clients
	api := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.MaxReplayBytes = room })
	start := api.now
	eager := newProofClient(api)
	others := make([]*proofClient, clients)
	most, bytes, replays := 0, 0, 0
	var used []*middleware.Request
	late := requests * (life - 1) / seconds / every // so many of used come in the life of one
	for i := range requests {
		api.now = start.Add(time.Duration(i) * seconds * time.Second / time.Duration(requests))
		client := eager
		if i%2 == 0 {
			other := &others[i/2%clients]
			if *other == nil {
				*other = newProofClient(api)
			}
			client = *other
		}
		r := client.request(api)
		if _, err := api.Decide(t.Context(), r); err != nil {
			t.Fatalf("proof %d: %v", i, err)
		}
		if i%every == 0 {
			used = append(used, r)
			for _, r := range []*middleware.Request{r, used[max(0, len(used)-1-late)]} {
				replays++
				if _, err := api.Decide(t.Context(), r); reasonOf(err) != middleware.ErrReplayed {
					t.Fatalf("at proof %d, one comes again: %v", i, err)
				}
			}
		}
		if i%100 == 0 {
			s := api.Stats()
			most, bytes = max(most, s.Proofs), max(bytes, s.ProofBytes)
		}
	}
	t.Logf("at most %d proofs and %d bytes", most, bytes)
	if bytes > room {
		t.Errorf("%d bytes, limit %d", bytes, room)
	}
	// Expired proofs stay for a minute at most.
	if live := requests * life / seconds; most < live || most > live*2 {
		t.Errorf("%d proofs, and %d are live", most, live)
	}
	s := api.Stats()
	if s.ProofsWithoutRoom != 0 || s.Refused[middleware.ErrReplayed] != uint64(replays) {
		t.Errorf("%d proofs without room, %d of %d replays rejected", s.ProofsWithoutRoom,
			s.Refused[middleware.ErrReplayed], replays)
	}
}

// A proofClient is a client with a token that is bound to its key.
type proofClient struct {
	key   *testutil.ProofKey
	token string
}

func newProofClient(api *boundAPI) *proofClient {
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	return &proofClient{key, api.mint(key.Confirmation())}
}

// request returns a request with a new proof.
func (c *proofClient) request(api *boundAPI) *middleware.Request {
	proof := c.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: c.token, At: api.now})
	return presented{scheme: "DPoP", token: c.token, proofs: []string{proof}}.request()
}
