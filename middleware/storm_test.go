package middleware_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// A storm is a round of TestStress: an API, its issuers, and all that happens to them.
// It runs in a bubble, so time is virtual.
type storm struct {
	*testing.T
	*tally
	auth    *middleware.Authenticator
	issuers []*stormIssuer
	places  map[string]*stormIssuer // by host, or by host and tenant
	ahead   atomic.Int64            // how far the API's clock is ahead
	tenants atomic.Pointer[time.Time]
	revoked sync.Map // jti of revoked tokens
	seed    uint64
	workers atomic.Uint64
	over    chan struct{} // closed when the round ends
	start   time.Time
	history history
	length  time.Duration
}

const (
	listedHost  = "127.0.0.1:81"
	patternHost = "127.0.0.1:82"
)

func newStorm(t *testing.T, seed uint64, length time.Duration, counts *tally) *storm {
	s := &storm{T: t, tally: counts, places: map[string]*stormIssuer{}, seed: seed,
		over: make(chan struct{}), length: length, start: time.Now()}
	s.tenants.Store(new(time.Time))
	add := func(host, tenant string) *stormIssuer {
		i := newStormIssuer(t, host, tenant, host == patternHost)
		s.issuers, s.places[host+"/"+tenant] = append(s.issuers, i), i
		return i
	}
	config := middleware.Config{
		Audiences:   []string{"https://api.example.com"},
		HTTPClient:  &http.Client{Transport: s},
		Now:         s.now,
		CacheTokens: 500, // so that some tokens leave
		Revoked: func(_ context.Context, token *claims.Token) (bool, error) {
			_, gone := s.revoked.Load(token.ID)
			return gone, nil
		},
		Observe: s.observe,
	}
	for _, host := range []string{"127.0.0.1:83", "127.0.0.1:84"} {
		config.Issuers = append(config.Issuers, middleware.Issuer{URL: add(host, "").URL()})
	}
	config.Issuers[1].JWKSURL = s.issuers[1].JWKSURL() // without discovery
	listed := middleware.Issuer{URL: "http://" + listedHost + "/{tenant}"}
	for _, name := range []string{"acme", "bolt", "cord", "dune"} {
		listed.Tenants = append(listed.Tenants, name)
		add(listedHost, name)
	}
	for _, name := range []string{"elm", "fir", "gorse", "holly", "iris", "juniper"} {
		add(patternHost, name)
	}
	config.Issuers = append(config.Issuers, listed,
		middleware.Issuer{URL: "http://" + patternHost + "/{tenant}", TenantPattern: "[a-z0-9-]+"})
	auth, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.auth = auth
	return s
}

// now is the API's clock.
func (s *storm) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s *storm) observe(_ context.Context, e middleware.Event) {
	for _, i := range s.issuers {
		if e.Kind != middleware.EventRefused && i.URL() == e.Issuer {
			s.happens(i, "%s %s %v %v", e.Kind, e.Fault, e.Added, e.Removed)
			if e.Kind == middleware.EventKeysFetched {
				i.good.Store(s.now().UnixNano())
			}
		}
	}
}

// RoundTrip is the network between the API and its issuers.
func (s *storm) RoundTrip(r *http.Request) (*http.Response, error) {
	s.add(fetches, 1)
	select {
	case <-time.After(time.Duration(20+rand.IntN(200)) * time.Millisecond):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if i := s.places[r.URL.Host+"/"]; i != nil {
		return i.RoundTrip(r)
	}
	for segment := range strings.SplitSeq(r.URL.Path, "/") {
		if i := s.places[r.URL.Host+"/"+segment]; i != nil {
			return i.RoundTrip(r)
		}
	}
	return &http.Response{
		StatusCode: http.StatusNotFound, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader("no such tenant")),
	}, nil
}

// run is the round.
func (s *storm) run() {
	const callers = 10
	var group sync.WaitGroup
	for range callers {
		group.Go(func() { s.each(300*time.Millisecond, s.sendGood) })
	}
	group.Go(func() { s.each(200*time.Millisecond, s.sendHostile) })
	group.Go(func() { s.each(40*time.Second, s.flood) })
	group.Go(func() { s.each(30*time.Second, s.flood) })
	group.Go(func() { s.each(15*time.Second, s.rotate) })
	group.Go(func() { s.each(20*time.Second, s.breakOne) })
	group.Go(func() { s.each(30*time.Second, s.breakOne) })
	group.Go(func() { s.each(25*time.Second, s.jump) })
	group.Go(func() { s.each(3*time.Second, s.revoke) })
	group.Go(func() { s.each(5*time.Second, s.operate) })
	time.Sleep(s.length)
	close(s.over)
	group.Wait()
	s.calm()
}

// each calls f until the round is over, at times that are pause apart on average.
func (s *storm) each(pause time.Duration, f func(*rand.Rand)) {
	random := rand.New(rand.NewPCG(s.seed, s.workers.Add(1)))
	for s.sleep(time.Duration(random.Int64N(int64(2*pause) + 1))) {
		f(random)
	}
}

// sleep waits, and reports whether the round goes on.
func (s *storm) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-s.over:
		return false
	}
}

func (s *storm) any(random *rand.Rand) *stormIssuer { return s.issuers[random.IntN(len(s.issuers))] }

// rotate gives an issuer a new key, at times two in a row.
func (s *storm) rotate(random *rand.Rand) {
	i := s.any(random)
	i.rotate(random.IntN(3) == 0)
	s.happens(i, "publishes %s", i.KeyID("ES256"))
	if random.IntN(3) == 0 && s.sleep(time.Duration(random.IntN(20))*time.Second) {
		i.rotate(random.IntN(3) == 0)
		s.happens(i, "publishes %s", i.KeyID("ES256"))
	}
}

// breakOne makes an issuer fail for a while.
func (s *storm) breakOne(random *rand.Rand) {
	i := s.any(random)
	s.happens(i, "fails")
	i.fail(random)
	s.sleep(time.Duration(1+random.IntN(60)) * time.Second)
	i.heal(s.T)
	s.happens(i, "is well")
}

// jump sets the API's clock forward or back.
func (s *storm) jump(random *rand.Rand) {
	const hour = time.Hour
	jumps := []time.Duration{time.Second, 90 * time.Second, 11 * time.Minute, hour, 5 * hour, 25 * hour}
	d := jumps[random.IntN(len(jumps))]
	if random.IntN(2) == 0 {
		d = -d
	}
	const far = 20 * 24 * time.Hour // tokens are good for longer
	if sum := time.Duration(s.ahead.Load()) + d; sum > -far && sum < far {
		s.ahead.Add(int64(d))
		s.happens(nil, "the API's clock jumps by %v", d)
	}
}

// operate does what the API's operators do.
func (s *storm) operate(random *rand.Rand) {
	ctx, cancel := context.WithTimeout(s.Context(), time.Second)
	defer cancel()
	_ = s.auth.Ready(ctx)
	_, _ = s.auth.ExportKeys(s.any(random).URL())
	s.auth.HealthHandler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/health", nil))
}

// calm ends all faults and floods. Then every key must be found.
func (s *storm) calm() {
	for _, i := range s.issuers {
		i.heal(s.T)
	}
	time.Sleep(3 * time.Minute)
	for _, i := range s.issuers {
		_, _ = s.auth.Verify(s.Context(), i.Mint(longLived()))
		if _, err := s.auth.Verify(s.Context(), i.Mint(longLived())); err != nil {
			s.lost(i, "rejects a good token of %s, minutes after the storm: %v", i.KeyID("ES256"), err)
		}
	}
	time.Sleep(10 * time.Second) // for the fetches under way
}

func longLived() map[string]any {
	return map[string]any{"iat": nil, "exp": time.Now().Add(100 * 24 * time.Hour).Unix()}
}

// A history holds what happened lately, for the report of a lost request.
type history struct {
	mu    sync.Mutex
	lines []string
	told  int // reports
}

// happens records what happens to an issuer, or to all if it is nil.
func (s *storm) happens(i *stormIssuer, format string, args ...any) {
	where := ""
	if i != nil {
		where = i.URL() + " "
	}
	line := fmt.Sprintf("%8.1f s: %s", time.Since(s.start).Seconds(), where) + fmt.Sprintf(format, args...)
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	s.history.lines = append(s.history.lines, line)
}

// lost fails the test, and says what happened to the issuer lately.
func (s *storm) lost(i *stormIssuer, format string, args ...any) {
	const reports, lately = 3, 40
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	s.Fail()
	s.add(lost, 1)
	if s.history.told++; s.history.told > reports {
		return
	}
	var lines []string
	for _, line := range s.history.lines {
		if strings.Contains(line, i.URL()+" ") || strings.Contains(line, "clock") {
			lines = append(lines, line)
		}
	}
	s.Errorf("%8.1f s: %s %s\n%s", time.Since(s.start).Seconds(), i.URL(), fmt.Sprintf(format, args...),
		strings.Join(lines[max(0, len(lines)-lately):], "\n"))
}
