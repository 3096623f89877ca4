package middleware_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A generation is a key of the issuer and a token of it.
type generation struct {
	number int64
	token  string
	seen   atomic.Bool // the token has passed once
}

// TestLoadWhileKeysRotate has 200 callers send good and hostile tokens, over
// real HTTP, while the issuer rotates its keys every half second and fails half
// of its answers. Once a key was seen, its tokens pass for as long as it is
// published.
func TestLoadWhileKeysRotate(t *testing.T) {
	duration := 3 * time.Second
	if testing.Short() {
		duration = time.Second
	}
	// What the test server starts must not be counted as left behind.
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	failing := &everyOther{RoundTripper: http.DefaultTransport.(*http.Transport).Clone()}
	goroutines := runtime.NumGoroutine()
	auth, err := middleware.New(middleware.Config{
		Audiences:  []string{issuer.Audience()},
		Issuers:    []middleware.Issuer{{URL: issuer.URL(), JWKSURL: issuer.JWKSURL()}},
		HTTPClient: &http.Client{Transport: failing},
	})
	if err != nil {
		t.Fatal(err)
	}
	var current atomic.Pointer[generation]
	current.Store(&generation{token: issuer.Mint(nil)})

	start := time.Now()
	var requests, lost, hostileAdmitted, unseen atomic.Int64
	var callers sync.WaitGroup
	for i := range 200 {
		callers.Go(func() {
			for n := 0; time.Since(start) < duration; n++ {
				requests.Add(1)
				g := current.Load()
				seen := g.seen.Load()
				_, err := auth.Verify(t.Context(), g.token)
				switch {
				case err == nil:
					g.seen.Store(true)
				case !seen:
					unseen.Add(1)
				case current.Load().number-g.number <= 1: // still published
					lost.Add(1)
					t.Errorf("a good token of a key that was seen is refused: %v", err)
				}
				if n%8 == 0 {
					kid := fmt.Sprintf("made-up-%d-%d", i, n)
					if _, err := auth.Verify(t.Context(), issuer.MintHeader(map[string]any{"kid": kid}, nil)); err == nil {
						hostileAdmitted.Add(1)
					}
				}
				if n%8 == 4 {
					tampered := []byte(g.token)
					tampered[len(tampered)-20] ^= 1
					if _, err := auth.Verify(t.Context(), string(tampered)); !errors.As(err, new(*middleware.Error)) {
						hostileAdmitted.Add(1)
					}
				}
			}
		})
	}
	for time.Since(start) < duration {
		<-time.After(500 * time.Millisecond) // the issuer's own pace
		issuer.Rotate()
		current.Store(&generation{number: current.Load().number + 1, token: issuer.Mint(nil)})
	}
	callers.Wait()
	fetches := failing.requests.Load()
	t.Logf("%d requests in %v: %d lost, %d hostile admitted, %d before their key was seen, %d fetches (half of them failed)",
		requests.Load(), duration, lost.Load(), hostileAdmitted.Load(), unseen.Load(), fetches)
	if hostileAdmitted.Load() > 0 {
		t.Error("a hostile token was admitted")
	}
	// Three at once, which each rotation that is found gives back, then one a
	// second.
	if most := 3*(1+current.Load().number) + int64(duration/time.Second); fetches > most {
		t.Errorf("%d fetches, want at most %d", fetches, most)
	}

	failing.RoundTripper.(*http.Transport).CloseIdleConnections()
	issuer.Close()
	for range 1000 {
		if runtime.NumGoroutine() <= goroutines {
			return
		}
		runtime.Gosched()
		<-time.After(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), goroutines)
}

// everyOther fails every other request.
type everyOther struct {
	http.RoundTripper
	requests atomic.Int64
}

func (e *everyOther) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.requests.Add(1)%2 == 0 {
		return nil, errors.New("out of order")
	}
	return e.RoundTripper.RoundTrip(r)
}
