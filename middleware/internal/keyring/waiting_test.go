package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// crowd counts the requests that a ring lets wait, and what becomes of them.
type crowd struct {
	t       *testing.T
	ring    *keyring.Ring
	waiting atomic.Int64
	most    atomic.Int64 // that ever waited
	longest atomic.Int64 // wait
	check   func(error)  // may be nil
}

// ask lets a request for kid wait in a goroutine of its own.
func (c *crowd) ask(kid string) {
	go func() {
		start := time.Now()
		raise(&c.most, c.waiting.Add(1))
		_, err := c.ring.Keys(c.t.Context(), kid, "EdDSA")
		c.waiting.Add(-1)
		raise(&c.longest, int64(time.Since(start)))
		if c.check != nil {
			c.check(err)
		}
	}()
}

func raise(most *atomic.Int64, n int64) {
	for had := most.Load(); n > had && !most.CompareAndSwap(had, n); had = most.Load() {
	}
}

// TestWaitingIsBounded sends 1,000 key IDs a second that no issuer has, for ten
// seconds, while the issuer hangs.
func TestWaitingIsBounded(t *testing.T) {
	for _, c := range []struct {
		name string
		warm bool
		kid  func(n int) string
		most int64
	}{
		{"made-up key IDs while there are keys", true,
			func(n int) string { return fmt.Sprint("made up ", n) }, 100},
		{"one made-up key ID while there are keys", true, func(int) string { return "made up" }, 1000},
		{"made-up key IDs while there are no keys", false,
			func(n int) string { return fmt.Sprint("made up ", n) }, 500},
		{"one key ID while there are no keys", false, func(int) string { return "a" }, 1000},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "ATK-F01 ATK-F02")
			a := newSigner("a")
			issuer := newIssuer(a)
			r := ring(t, issuer, direct)
			if c.warm {
				warm(t, r)
			}
			issuer.fail(hang)
			crowd := &crowd{t: t, ring: r, check: func(err error) {
				var gone *keyring.UnavailableError
				switch {
				case c.warm && !errors.Is(err, keyring.ErrUnknownKey):
					t.Errorf("while there are keys: %v", err)
				case !c.warm && !errors.As(err, &gone):
					t.Errorf("while there are no keys: %v", err)
				case !c.warm && (gone.RetryAfter < time.Second || gone.RetryAfter > 5*time.Second):
					t.Errorf("come back after %v", gone.RetryAfter)
				}
			}}
			for n := range 10_000 {
				crowd.ask(c.kid(n))
				synctest.Wait()
				if n%100 == 0 && c.warm {
					start := time.Now()
					if ok, err := a.admitted(t.Context(), r, "a"); !ok || time.Since(start) > 0 {
						t.Fatalf("a known key: %v after %v", err, time.Since(start))
					}
				}
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if most := crowd.most.Load(); most > c.most+1 { // and the one that is refused at once
				t.Errorf("%d requests waited at the same time, want at most %d", most, c.most)
			}
			if longest := time.Duration(crowd.longest.Load()); longest > 5*time.Second {
				t.Errorf("a request waited %v", longest)
			}
			t.Logf("at most %d waited, the longest for %v", crowd.most.Load(), time.Duration(crowd.longest.Load()))
		})
	}
}

// TestNewKeyAmongWaiting: while an issuer takes its time and made-up key IDs wait
// for it, the tokens of a new key wait, too, and are accepted.
func TestNewKeyAmongWaiting(t *testing.T) {
	for _, c := range []struct {
		name string
		kid  func(n int) string
	}{
		{"1,000 made-up key IDs a second", func(n int) string { return fmt.Sprint("made up ", n) }},
		{"one made-up key ID 1,000 times a second", func(int) string { return "made up" }},
		{"each made-up key ID twice", func(n int) string { return fmt.Sprint("made up ", n/2) }},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "ATK-F01")
			a, b := newSigner("a"), newSigner("b")
			issuer := newIssuer(a)
			r := ring(t, issuer, direct)
			warm(t, r)
			issuer.change(func() { issuer.delay = 2 * time.Second })
			issuer.publish(a, b)
			crowd := &crowd{t: t, ring: r}
			var refused atomic.Int64
			for n := range 2000 {
				crowd.ask(c.kid(n))
				if n%20 == 10 {
					go func() {
						if ok, _ := b.admitted(t.Context(), r, "b"); !ok {
							refused.Add(1)
						}
					}()
				}
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := refused.Load(); n > 5 {
				t.Errorf("%d of 100 tokens of the new key refused", n)
			}
			t.Logf("%d of 100 tokens of the new key refused; at most %d others waited", refused.Load(),
				crowd.most.Load())
		})
	}
}

// TestDeadlineOfTheCaller: a caller that waits less long than the issuer takes is
// no outage while there are keys.
func TestDeadlineOfTheCaller(t *testing.T) {
	for _, c := range []struct {
		name string
		warm bool
		end  func(context.Context) (context.Context, context.CancelFunc)
		want []error
		not  error
	}{
		{"a deadline while there are keys", true, deadline,
			[]error{keyring.ErrUnknownKey, context.DeadlineExceeded}, keyring.ErrUnavailable},
		{"a deadline while there are no keys", false, deadline,
			[]error{keyring.ErrUnavailable, context.DeadlineExceeded}, keyring.ErrUnknownKey},
		{"a caller that leaves while there are keys", true, leave, []error{context.Canceled},
			keyring.ErrUnavailable},
		{"a caller that leaves while there are no keys", false, leave, []error{context.Canceled},
			keyring.ErrUnknownKey},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "K-23 ATK-F10")
			issuer := newIssuer(newSigner("a"))
			r := ring(t, issuer, direct)
			if c.warm {
				warm(t, r)
			}
			issuer.change(func() { issuer.delay = time.Second })
			ctx, cancel := c.end(t.Context())
			defer cancel()
			start := time.Now()
			_, err := r.Keys(ctx, "made up", "EdDSA")
			for _, want := range c.want {
				if !errors.Is(err, want) {
					t.Errorf("%v, want %v", err, want)
				}
			}
			if errors.Is(err, c.not) {
				t.Errorf("%v", err)
			}
			if waited := time.Since(start); waited != 300*time.Millisecond {
				t.Errorf("waited %v", waited)
			}
			time.Sleep(5 * time.Second)
		})
	}
}

func deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 300*time.Millisecond)
}

func leave(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(300*time.Millisecond, cancel)
	return ctx, cancel
}

// TestOutageIsSaid: a request whose own fetch failed learns so, a few times a
// minute. All others learn that the key is unknown, as long as there are keys.
func TestOutageIsSaid(t *testing.T) {
	for _, c := range []struct {
		name         string
		fault        func(*http.Request) (*http.Response, error)
		kid          func(n int) string
		least, most  int // that learn of the outage in ten minutes
		firstLearns  bool
		beforeOutage bool // the key ID was asked for when the issuer was well
	}{
		{"a new key ID", internalError, func(int) string { return "new" }, 10, 110, true, false},
		{"a new key ID while the issuer hangs", hang, func(int) string { return "new" }, 10, 110, true, false},
		{"made-up key IDs", internalError, func(n int) string { return fmt.Sprint("made up ", n) }, 10, 110,
			true, false},
		{"a key ID that a fetch did not find", internalError, func(int) string { return "old" }, 0, 0, false, true},
		{"an issuer without a fault", nil, func(n int) string { return fmt.Sprint("made up ", n) }, 0, 0,
			false, false},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "ATK-F02")
			a := newSigner("a")
			issuer := newIssuer(a)
			r := ring(t, issuer, direct)
			warm(t, r)
			if c.beforeOutage {
				r.Keys(t.Context(), "old", "EdDSA")
				time.Sleep(time.Minute)
			}
			issuer.fail(c.fault)
			said := 0
			start := time.Now()
			for n := 0; time.Since(start) < 10*time.Minute; n++ {
				_, err := r.Keys(t.Context(), c.kid(n), "EdDSA")
				if !errors.Is(err, keyring.ErrUnknownKey) || errors.Is(err, keyring.ErrUnavailable) {
					t.Fatal(err)
				}
				var failed *keyring.FetchFailedError
				if errors.As(err, &failed) {
					said++
					if failed.RetryAfter < time.Second || failed.Fault == "" {
						t.Errorf("%+v", failed)
					}
				} else if n == 0 && c.firstLearns {
					t.Errorf("the first request: %v", err)
				}
				time.Sleep(50 * time.Millisecond)
			}
			if said < c.least || said > c.most {
				t.Errorf("%d requests learned of the outage, want %d to %d", said, c.least, c.most)
			}
			t.Logf("%d requests learned of the outage in ten minutes, %d fetches", said, issuer.fetches())
		})
	}
}

// TestReadinessAmongWaiting: made-up key IDs do not displace the API's own question
// whether it is ready.
func TestReadinessAmongWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newIssuer(newSigner("a"))
		issuer.delay = 2 * time.Second
		r := ring(t, issuer, direct)
		var ready error
		go func() { ready = r.Refresh(t.Context()) }()
		crowd := &crowd{t: t, ring: r}
		for n := range 2000 {
			crowd.ask(fmt.Sprint("made up ", n))
			if n%2 == 0 {
				crowd.ask("a")
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if ready != nil {
			t.Error(ready)
		}
	})
}
