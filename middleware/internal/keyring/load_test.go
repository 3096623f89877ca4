package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// rotating is a server that publishes a new key every half second, together with
// the two before it, and fails every second response in one of several ways.
type rotating struct {
	mu       sync.Mutex
	signers  []*signer // all so far, the newest last
	requests atomic.Int64
	seen     atomic.Int64 // signers that a response has shown
}

func (s *rotating) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := len(s.signers)
	set := signerSet(s.signers[max(0, n-3):]...)
	s.mu.Unlock()
	switch i := s.requests.Add(1); {
	case i%2 == 0:
		io.WriteString(w, set)
		s.seen.Store(max(s.seen.Load(), int64(n)))
	case i%8 == 1:
		w.WriteHeader(http.StatusInternalServerError)
	case i%8 == 3:
		io.WriteString(w, set[:len(set)/2])
	case i%8 == 5:
		panic(http.ErrAbortHandler)
	default:
		io.WriteString(w, `{"keys":[]}`)
	}
}

func (s *rotating) rotate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signers = append(s.signers, newSigner(fmt.Sprint("key ", len(s.signers))))
}

// newest returns the signer so many rotations ago, and how many there are.
func (s *rotating) newest(ago int) (*signer, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.signers)
	return s.signers[max(0, n-1-ago)], n
}

// TestLoad has 200 goroutines use the ring of a real server for three seconds,
// while the server rotates every half second and fails half of its responses.
// Only tokens of a key that no response had shown when they came may be rejected.
func TestLoad(t *testing.T) {
	t.Run("good tokens and forged signatures", func(t *testing.T) {
		covers(t, "ATK-F13")
		load(t, false)
	})
	t.Run("a flood of unknown key IDs as well", func(t *testing.T) {
		covers(t, "ATK-F13 ATK-F01")
		load(t, true)
	})
}

func load(t *testing.T, flood bool) {
	before := runtime.NumGoroutine()
	s := &rotating{}
	s.rotate()
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = nil
	server.Start()
	r, err := keyring.New(keyring.Source{Issuer: "https://as.example", JWKSURL: server.URL}, keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for r.Refresh(t.Context()) != nil {
		time.Sleep(10 * time.Millisecond)
	}
	start := time.Now()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	var good, unseen, wrong, hostile, longest atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			select {
			case <-time.After(500 * time.Millisecond):
				s.rotate()
			case <-ctx.Done():
			}
		}
	})
	stranger := newSigner("stranger")
	for g := range 200 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				seen := s.seen.Load()
				signer, count := s.newest(n % 2)
				at := time.Now()
				ok, err := signer.admitted(context.Background(), r, signer.kid)
				for took := int64(time.Since(at)); ; {
					if had := longest.Load(); took <= had || longest.CompareAndSwap(had, took) {
						break
					}
				}
				switch {
				case ok:
					good.Add(1)
				case int64(count-n%2) <= seen && ctx.Err() == nil:
					wrong.Add(1)
					t.Errorf("%s refused although it had been seen: %v", signer.kid, err)
				default:
					unseen.Add(1)
				}
				forged := []string{signer.kid, strings.Repeat("x", 2000)}
				if flood {
					forged = append(forged, "", fmt.Sprint("made up ", g, n))
				}
				for _, kid := range forged {
					if ok, err := stranger.admitted(context.Background(), r, kid); ok ||
						errors.Is(err, keyring.ErrUnavailable) {
						hostile.Add(1)
					}
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	server.Close()
	// The start; the burst; then one a second, and the burst again for each
	// rotation.
	if n, most := s.requests.Load(), 8+3+7*int64(took/time.Second+1); n > most {
		t.Errorf("%d fetches in %v, want at most %d", n, took, most)
	}
	if hostile.Load() != 0 {
		t.Errorf("%d hostile requests accepted, or refused with status 503", hostile.Load())
	}
	if good.Load() == 0 || r.Health().Attempts < 3 {
		t.Errorf("%d good requests, %+v", good.Load(), r.Health())
	}
	t.Logf("%v: %d good requests admitted, %d refused although seen, %d refused before their key was seen, %d hostile admitted, %d fetches, longest wait %v",
		took.Round(time.Millisecond), good.Load(), wrong.Load(), unseen.Load(), hostile.Load(), s.requests.Load(),
		time.Duration(longest.Load()))
	waitForGoroutines(t, before)
}

// waitForGoroutines fails if more goroutines stay than there were before.
func waitForGoroutines(t *testing.T, before int) {
	t.Helper()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(),
				stacks[:runtime.Stack(stacks, true)])
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestNoGoroutineStays: a ring that is no longer used leaves no goroutine.
func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, signerSet(newSigner("a")))
	}))
	for range 20 {
		r, err := keyring.New(keyring.Source{Issuer: "https://as.example", JWKSURL: server.URL}, keyring.Options{})
		if err != nil {
			t.Fatal(err)
		}
		warm(t, r)
	}
	server.Close()
	waitForGoroutines(t, before)
}
