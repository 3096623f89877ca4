package integration_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// A proof counts once between the replicas, and the nonce of one counts at the other.
func TestAProofIsServedOnceBetweenReplicas(t *testing.T) {
	replicas, c := startReplicas(t, startServer(t), nil)
	for i := range 10 {
		one, other := replicas[i%2], replicas[(i+1)%2]
		proof := c.proof()
		if got := one.call(t, c, proof); got.status != http.StatusOK {
			t.Errorf("a new proof: %d for %s", got.status, one.lastReason())
		}
		checkReplayed(t, other, other.call(t, c, proof))
		checkReplayed(t, one, one.call(t, c, proof))
	}
}

// Of requests with the same proof that come to both replicas at once, one is served.
func TestOneOfConcurrentRequestsWithAProofIsServed(t *testing.T) {
	replicas, c := startReplicas(t, startServer(t), nil)
	for range 20 {
		proof := c.proof()
		var statuses [4]int
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range statuses {
			all.Go(func() {
				<-begin
				statuses[i] = replicas[i%2].call(t, c, proof).status
			})
		}
		close(begin)
		all.Wait()
		served, rejected := 0, 0
		for _, status := range statuses {
			switch status {
			case http.StatusOK:
				served++
			case http.StatusUnauthorized:
				rejected++
			}
		}
		if served != 1 || rejected != len(statuses)-1 {
			t.Errorf("statuses %d, want one 200 and else 401", statuses)
		}
	}
}

// While Redis is away or does not respond, requests with proofs get 503, never 200 or 401.
// Afterwards they are served again, without a restart of the API.
func TestRequestsAreUnavailableWhileRedisIs(t *testing.T) {
	s := startServer(t)
	for _, outage := range []struct {
		name       string
		begin, end func()
	}{
		{"stopped", s.stop, s.restart},
		{"frozen", s.freeze, s.thaw},
	} {
		t.Run(outage.name, func(t *testing.T) {
			replicas, c := startReplicas(t, s, nil)
			for _, r := range replicas {
				if got := r.call(t, c, c.proof()); got.status != http.StatusOK {
					t.Fatalf("before: %d for %s", got.status, r.lastReason())
				}
			}
			outage.begin()
			var all sync.WaitGroup
			for _, r := range replicas {
				for range 5 {
					all.Go(func() { checkUnavailable(t, r.call(t, c, c.proof())) })
				}
			}
			all.Wait()
			outage.end()
			for _, r := range replicas {
				r.wait(t, c)
			}
			proof := c.proof()
			if got := replicas[0].call(t, c, proof); got.status != http.StatusOK {
				t.Errorf("afterwards: %d for %s", got.status, replicas[0].lastReason())
			}
			checkReplayed(t, replicas[1], replicas[1].call(t, c, proof))
		})
	}
}

// While Redis is stopped under load, each request is served, or gets 503.
func TestNoGoodProofIsRejectedWhenRedisStopsUnderLoad(t *testing.T) {
	s := startServer(t)
	replicas, c := startReplicas(t, s, nil)
	statuses := make(chan response, 100)
	stop := make(chan struct{})
	var callers sync.WaitGroup
	for _, r := range replicas {
		for range 2 {
			callers.Go(func() {
				for {
					select {
					case <-stop:
						return
					case statuses <- r.call(t, c, c.proof()):
					}
				}
			})
		}
	}
	finished := false
	finish := func() {
		if !finished {
			finished = true
			close(stop)
			callers.Wait()
		}
	}
	defer finish()
	// until takes responses until one has this status.
	until := func(status int) {
		t.Helper()
		eventually(t, "a request gets the status", func() bool {
			got := <-statuses
			if got.status != http.StatusOK {
				checkUnavailable(t, got)
			}
			return got.status == status
		})
	}
	until(http.StatusOK)
	s.stop()
	until(http.StatusServiceUnavailable)
	s.restart()
	until(http.StatusOK)
	finish()
	for len(statuses) > 0 {
		if got := <-statuses; got.status != http.StatusOK {
			checkUnavailable(t, got)
		}
	}
}

// An API that ignores failures serves requests while Redis is away. A proof then counts
// once at each replica.
func TestAnAPIThatIgnoresFailuresServes(t *testing.T) {
	s := startServer(t)
	replicas, c := startReplicas(t, s, func(d *middleware.DPoP) { d.DangerouslyIgnoreReplayFailures = true })
	one, other := replicas[0], replicas[1]
	proof := c.proof()
	if got := one.call(t, c, proof); got.status != http.StatusOK {
		t.Fatalf("before: %d for %s", got.status, one.lastReason())
	}
	checkReplayed(t, other, other.call(t, c, proof))
	s.stop()
	proof = c.proof()
	for _, r := range replicas {
		if got := r.call(t, c, proof); got.status != http.StatusOK {
			t.Errorf("%d for %s", got.status, r.lastReason())
		}
		checkReplayed(t, r, r.call(t, c, proof))
	}
	s.restart()
	// The replicas connect again, and share proofs again.
	eventually(t, "a proof counts once between them", func() bool {
		proof := c.proof()
		if got := one.call(t, c, proof); got.status != http.StatusOK {
			t.Errorf("%d for %s", got.status, one.lastReason())
		}
		return other.call(t, c, proof).status == http.StatusUnauthorized
	})
	if reason := other.lastReason(); reason != middleware.ErrReplayed {
		t.Errorf("rejected for %s", reason)
	}
}
