package middleware_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestStress has callers send good and hostile requests to an API whose issuers rotate
// their keys and fail, while other callers flood it and its clock jumps. It counts
// every good request. One that is rejected for a reason that the documentation does
// not state is lost, and fails the test.
//
// It runs for a few minutes of virtual time, or in rounds of a quarter of an hour for
// as long as the environment says, on the real clock:
//
//	BEARERGUARD_STRESS=10m go test -race -v -timeout 15m -run TestStress ./middleware/
func TestStress(t *testing.T) {
	const short, long = 3 * time.Minute, 15 * time.Minute // virtual
	counts := newTally()
	length, duration := short, time.Duration(0)
	if text := os.Getenv("BEARERGUARD_STRESS"); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
		length = long
	}
	start, longest := time.Now(), time.Duration(0)
	for round := 0; round == 0 || time.Since(start) < duration; round++ {
		if deadline, ok := t.Deadline(); ok && time.Until(deadline) < 2*longest+10*time.Second {
			t.Logf("stopped before the deadline of go test")
			break
		}
		began := time.Now()
		seed := rand.Uint64()
		synctest.Test(t, func(t *testing.T) { newStorm(t, seed, length, counts).run() })
		longest = max(longest, time.Since(began))
		counts.add(virtual, int(length/time.Second))
		if t.Failed() {
			t.Logf("round %d, seed %d", round, seed)
			break
		}
	}
	t.Logf("%v\n%s", time.Since(start).Round(time.Second), counts)
	if counts.of(admitted) == 0 {
		t.Error("no good request was admitted")
	}
}

// What the test counts. Good requests may be rejected for the reasons that begin with
// "good": next to each stands where it is documented.
const (
	admitted = "good: admitted"

	// docs/keys.md, the limits of unknown key IDs: a failed fetch for one is repeated
	// after 1 s, down to one per 10 s; Retry-After is respected up to 1 min.
	newKeyOfFailing = "good, rejected: a key that was never seen, of an issuer that fails or did a moment ago"
	// The same: one fetch per 5 s, down to one per 30 s, while they find nothing new.
	newKeyInFlood = "good, rejected: a key published a moment ago, while unknown key IDs use up the fetches"
	// docs/keys.md: after 24 h without a good response the API responds 503.
	oldKeys = "good, rejected: the last good response is 24 h old by the API's clock, and the issuer fails"
	// keyring.ErrTenantLimit: more tenants that are new to the API than the limit.
	newTenant = "good, rejected: the first tokens of a tenant, while made-up tenants use up the first fetches"

	changed = "not counted: the key or the token was withdrawn while the request was under way"
	lost    = "LOST: good, rejected or kept waiting for no documented reason"
	refused = "hostile, rejected: "
	fetches = "requests to the issuers"
	virtual = "seconds of virtual time"
	waited  = "milliseconds of the longest wait of a request with a good token"
)

// A tally counts by what happened.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func newTally() *tally { return &tally{counts: map[string]int{}} }

func (c *tally) add(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what] += n
}

func (c *tally) atLeast(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what] = max(c.counts[what], n)
}

func (c *tally) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[what]
}

func (c *tally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&b, "%9d %s\n", c.counts[what], what)
	}
	return b.String()
}
