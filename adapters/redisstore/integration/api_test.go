package integration_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/redisstore"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// publicURL is what clients know of the API: the load balancer in front of its replicas.
const publicURL = "https://api.example.com"

// timeout is how long a replica waits for Redis. It is longer than the default, so that a
// busy machine does not fail the tests.
const timeout = 2 * time.Second

// A caller has a token that is bound to its key, and calls replicas.
type caller struct {
	key          *testutil.ProofKey
	token, nonce string
}

// proof makes a proof with the nonce that the caller knows.
func (c *caller) proof() string {
	return c.key.Sign(testutil.Proof{URL: publicURL + "/deals", Token: c.token, Nonce: c.nonce})
}

// A replica is an API that listens, with an Authenticator and a Redis client of its own.
type replica struct {
	url string

	mu     sync.Mutex
	reason middleware.Reason // of the last rejected request
}

// startReplicas starts two replicas of an API that share the proofs on s, and makes a
// caller of them.
func startReplicas(t *testing.T, s *server, change func(*middleware.DPoP)) ([2]*replica, *caller) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{})
	c := &caller{key: new(testutil.ProofKey)}
	c.token = issuer.Mint(map[string]any{"cnf": c.key.Confirmation()})
	var all [2]*replica
	for i := range all {
		client := redis.NewClient(&redis.Options{Addr: s.addr})
		t.Cleanup(func() { _ = client.Close() })
		r := new(replica)
		proofs := &middleware.DPoP{
			BaseURLs:     []string{publicURL},
			NonceSecrets: [][]byte{bytes.Repeat([]byte("n"), 32)},
			Replays:      redisstore.New(client, redisstore.Options{Timeout: timeout}),
		}
		if change != nil {
			change(proofs)
		}
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{issuer.Audience()},
			Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
			DPoP:      proofs,
			Observe:   r.observe,
		})
		if err != nil {
			t.Fatal(err)
		}
		deals := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
		listening := httptest.NewServer(httpauth.Require(auth)(deals))
		t.Cleanup(listening.Close)
		r.url = listening.URL
		all[i] = r
	}
	got := all[0].call(t, c, c.proof())
	if c.nonce = got.header.Get("DPoP-Nonce"); got.status != http.StatusUnauthorized || c.nonce == "" {
		t.Fatalf("%d and the nonce %q", got.status, c.nonce)
	}
	return all, c
}

func (r *replica) observe(_ context.Context, e middleware.Event) {
	if e.Kind == middleware.EventRefused {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reason = e.Reason
	}
}

// lastReason returns the reason of the last rejected request.
func (r *replica) lastReason() middleware.Reason {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reason
}

type response struct {
	status int
	header http.Header
}

// call sends a request with this proof. No response at all is the status 0.
func (r *replica) call(t *testing.T, c *caller, proof string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/deals", http.NoBody)
	if err != nil {
		t.Error(err)
		return response{}
	}
	request.Header.Set("Authorization", "DPoP "+c.token)
	request.Header.Set("DPoP", proof)
	got, err := (&http.Client{Timeout: patience}).Do(request)
	if err != nil {
		t.Error(err)
		return response{}
	}
	_ = got.Body.Close()
	return response{got.StatusCode, got.Header}
}

// wait polls with new proofs until the replica serves one. Until then it may only be
// unavailable.
func (r *replica) wait(t *testing.T, c *caller) {
	t.Helper()
	eventually(t, "a request is served", func() bool {
		got := r.call(t, c, c.proof())
		if got.status != http.StatusOK {
			checkUnavailable(t, got)
		}
		return got.status == http.StatusOK
	})
}

// checkUnavailable looks at a 503, which says when to come again and holds no challenge.
func checkUnavailable(t *testing.T, got response) {
	t.Helper()
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" ||
		got.header.Get("WWW-Authenticate") != "" {
		t.Errorf("%d %v, want 503 with Retry-After: 1 and no challenge", got.status, got.header)
	}
}

// checkReplayed looks at a 401 for a proof that was used.
func checkReplayed(t *testing.T, r *replica, got response) {
	t.Helper()
	if got.status != http.StatusUnauthorized || r.lastReason() != middleware.ErrReplayed {
		t.Errorf("%d for %s, want 401 for %s", got.status, r.lastReason(), middleware.ErrReplayed)
	}
}
