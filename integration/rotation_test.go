package integration_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// refreshDue is longer than keys stay fresh if their issuer sets no lifetime.
const refreshDue = 11 * time.Minute

// The server gets new keys by a restart and still publishes the old ones. Every
// request with a good token is served: while the server is down, and with the
// first token of a new key. When the old keys are gone, their tokens are rejected.
func TestRotation(t *testing.T) {
	for _, c := range []struct {
		name  string
		cache int
	}{
		{"with a token cache", 0},
		{"without a token cache", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startServer(t)
			apis := startAPIs(t, s, func(config *middleware.Config) { config.CacheTokens = c.cache })
			old := s.tokens(t, "deals-read")
			load := startLoad(t, apis, old)
			load.pass(t, "before")

			s.stop()
			load.pass(t, "server away")
			for _, a := range apis {
				a.events.take()
				a.clock.advance(refreshDue)
				if e := a.events.wait(t, middleware.EventKeysFailed); e.Issuer != s.issuer {
					t.Errorf("%s: %+v", a.name, e)
				}
			}
			load.pass(t, "server away, refresh failed")

			s.start(t, "--rotate")
			fresh := s.tokens(t, "deals-read")
			checkRotated(t, old, fresh)
			// All callers use the new tokens for the first time at once.
			load.use(slices.Concat(fresh, old))
			load.pass(t, "new and old tokens")
			load.use(fresh)
			load.pass(t, "new tokens")

			s.stop()
			s.start(t, "--retire")
			load.pass(t, "old keys gone, not yet noticed")
			for _, a := range apis {
				checkRetired(t, a, old, fresh)
			}
			load.pass(t, "old keys gone")
			load.end(t)
		})
	}
}

// New keys replace the old ones at once and without notice: the first new token is
// served, and from then on the old ones are rejected.
func TestReplacement(t *testing.T) {
	s := startServer(t)
	apis := startAPIs(t, s, nil)
	old := s.token(t, "RS256", "deals-read")
	for _, a := range apis {
		if got := a.call(t, http.MethodGet, "/v1/deals", old); got.status != http.StatusOK {
			t.Fatalf("%s: %d before", a.name, got.status)
		}
	}
	s.stop()
	s.start(t, "--rotate", "--retire")
	fresh := s.token(t, "RS256", "deals-read")
	for _, a := range apis {
		for _, step := range []struct {
			name, token string
			want        int
		}{
			{"the old token before the first new one", old, http.StatusOK},
			{"the first new token", fresh, http.StatusOK},
			{"the old token afterwards", old, http.StatusUnauthorized},
			{"the new token again", fresh, http.StatusOK},
		} {
			if got := a.call(t, http.MethodGet, "/v1/deals", step.token); got.status != step.want {
				t.Errorf("%s: %s: %d, want %d", a.name, step.name, got.status, step.want)
			}
		}
	}
}

// checkRotated checks that every algorithm has another key.
func checkRotated(t *testing.T, old, fresh []string) {
	t.Helper()
	for i := range old {
		before, after := headerOf(t, old[i]), headerOf(t, fresh[i])
		if before.Alg != after.Alg || before.KID == after.KID {
			t.Fatalf("not rotated: %+v, %+v", before, after)
		}
	}
}

// checkRetired lets a refresh become due and checks that exactly the tokens of the
// dropped keys are rejected.
func checkRetired(t *testing.T, a *api, old, fresh []string) {
	t.Helper()
	a.events.take()
	a.clock.advance(refreshDue)
	var removed []string
	for removed == nil {
		removed = a.events.wait(t, middleware.EventKeysRotated).Removed
	}
	for i := range old {
		if kid := headerOf(t, old[i]).KID; !slices.Contains(removed, kid) {
			t.Errorf("%s: %s is not among the removed %v", a.name, kid, removed)
		}
		a.events.take()
		got := a.call(t, http.MethodGet, "/v1/deals", old[i])
		if reason := a.events.rejection(); got.status != http.StatusUnauthorized ||
			reason != middleware.ErrUnknownKey {
			t.Errorf("%s: %s of a dropped key: %d for %q", a.name, algorithms[i], got.status, reason)
		}
		checkInvalid(t, got, "invalid_token")
		if got := a.call(t, http.MethodGet, "/v1/deals", fresh[i]); got.status != http.StatusOK {
			t.Errorf("%s: %s of a kept key: %d", a.name, algorithms[i], got.status)
		}
	}
}

// A load is callers that use a list of tokens again and again at every API. All
// their requests must be served.
type load struct {
	tokens  atomic.Pointer[[]string]
	workers int
	round   chan struct{} // a worker has used its list, if pass waits for it
	stop    chan struct{}
	done    sync.WaitGroup

	mu      sync.Mutex
	lost    map[string]int
	passed  int
	counted int           // part of passed, in earlier phases
	longest time.Duration // that a request took in this phase
}

const workersPerAPI = 2

func startLoad(t *testing.T, apis []*api, tokens []string) *load {
	l := &load{round: make(chan struct{}), stop: make(chan struct{}), lost: map[string]int{}}
	l.use(tokens)
	transport := &http.Transport{MaxIdleConnsPerHost: workersPerAPI}
	client := &http.Client{Transport: transport, Timeout: patience}
	for _, a := range apis {
		for range workersPerAPI {
			l.workers++
			l.done.Go(func() { l.work(t, client, a) })
		}
	}
	t.Cleanup(func() {
		l.halt()
		transport.CloseIdleConnections()
	})
	return l
}

func (l *load) work(t *testing.T, client *http.Client, a *api) {
	for {
		for _, token := range *l.tokens.Load() {
			select {
			case <-l.stop:
				return
			default:
			}
			start := time.Now()
			got, err := send(client, a.request(t, http.MethodGet, "/v1/deals", token))
			l.note(a, got, err, time.Since(start))
		}
		select {
		case l.round <- struct{}{}:
		case <-l.stop:
			return
		default:
		}
	}
}

func (l *load) note(a *api, got response, err error, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.longest = max(l.longest, took)
	if err == nil && got.status == http.StatusOK {
		l.passed++
		return
	}
	l.lost[fmt.Sprintf("%s: %d %v", a.name, got.status, err)]++
}

// use gives the callers other tokens.
func (l *load) use(tokens []string) { l.tokens.Store(&tokens) }

// pass waits until the callers have been busy for a while, and reports.
func (l *load) pass(t *testing.T, phase string) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for range 20 * l.workers {
		select {
		case <-l.round:
		case <-limit.C:
			t.Fatalf("%s: no callers", phase)
		}
	}
	l.report(t, phase)
}

// report logs what happened since the last report. Requests that were not served
// are an error.
func (l *load) report(t *testing.T, phase string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Logf("%-32s %6d requests passed, the longest took %v", phase, l.passed-l.counted, l.longest)
	l.counted, l.longest = l.passed, 0
	var lost []string
	for what, times := range l.lost {
		lost = append(lost, fmt.Sprintf("%s (%d times)", what, times))
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		t.Errorf("%s: lost requests: %s", phase, strings.Join(lost, "; "))
	}
	clear(l.lost)
}

// end stops the callers and reports their last requests.
func (l *load) end(t *testing.T) {
	t.Helper()
	l.halt()
	l.report(t, "at the end")
	t.Logf("%-32s %6d requests passed", "in total", l.passed)
}

func (l *load) halt() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.done.Wait()
}
