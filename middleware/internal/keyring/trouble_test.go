package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestRefreshDoesNotBlock has an issuer that hangs at each refresh.
func TestRefreshDoesNotBlock(t *testing.T) {
	virtual(t, "an issuer that hangs for an hour", func(t *testing.T) {
		covers(t, "K-18 ATK-F11")
		a := newSigner("a")
		issuer := newIssuer(a)
		r := ring(t, issuer)
		warm(t, r)
		issuer.fail(hang)
		for range 3600 {
			start := time.Now()
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Fatal(err)
			}
			if waited := time.Since(start); waited > 0 {
				t.Fatalf("a request with a known key waited %v", waited)
			}
			time.Sleep(time.Second)
		}
		if n := issuer.fetches(); n > 60 {
			t.Errorf("%d fetches in an hour of outage", n)
		}
	})
}

// TestKeysExpire: the last good keys serve for a day, and again after the next
// successful fetch.
func TestKeysExpire(t *testing.T) {
	virtual(t, "an issuer that fails for a day", func(t *testing.T) {
		covers(t, "K-18 ATK-F11")
		a := newSigner("a")
		issuer := newIssuer(a)
		r := ring(t, issuer)
		warm(t, r)
		keys, _ := r.Keys(t.Context(), "a", "EdDSA")
		issuer.fail(internalError)
		for range 24*60 - 1 {
			time.Sleep(time.Minute)
			if ok, err := a.admitted(t.Context(), r, "a"); !ok || !keys[0].Live(time.Now()) {
				t.Fatal(err)
			}
		}
		if h := r.Health(); h.State != keyring.StateStale || h.UsableFor > time.Minute ||
			h.Fault != fault.Status5xx ||
			time.Since(h.FailingSince) < 23*time.Hour {
			t.Errorf("%+v", h)
		}
		time.Sleep(2 * time.Minute)
		if keys[0].Live(time.Now()) {
			t.Error("still live after a day without the issuer")
		}
		if _, err := r.Keys(t.Context(), "a", "EdDSA"); !errors.Is(err, keyring.ErrUnavailable) {
			t.Errorf("%v, want ErrUnavailable", err)
		}
		if h := r.Health(); h.State != keyring.StateExpired || h.UsableFor != 0 {
			t.Errorf("%+v", h)
		}
		issuer.fail(nil)
		back := time.Now()
		for {
			if ok, _ := a.admitted(t.Context(), r, "a"); ok {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(back); took > 5*time.Second {
			t.Errorf("back after %v", took)
		}
		if !keys[0].Live(time.Now()) || r.Health().State != keyring.StateFresh ||
			!r.Health().FailingSince.IsZero() {
			t.Error("the same key is not live again")
		}
	})
}

// TestCancelledCaller: a caller that leaves does not end the fetch for the others.
func TestCancelledCaller(t *testing.T) {
	virtual(t, "a caller that leaves", func(t *testing.T) {
		covers(t, "K-23 ATK-F10")
		a := newSigner("a")
		issuer := newIssuer(a)
		issuer.delay = time.Second
		r := ring(t, issuer, direct)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := r.Keys(ctx, "a", "EdDSA")
			if !errors.Is(err, keyring.ErrUnavailable) || !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
		synctest.Wait()
		for range 10 {
			wg.Go(func() {
				if ok, err := a.admitted(t.Context(), r, "a"); !ok {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		if issuer.fetches() != 1 {
			t.Errorf("%d fetches, want 1", issuer.fetches())
		}
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := r.Keys(short, "b", "EdDSA"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if time.Since(start) != 300*time.Millisecond {
			t.Errorf("waited %v", time.Since(start))
		}
		time.Sleep(time.Second)
	})
}

// TestDeafTransport has a transport that ignores its context.
func TestDeafTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newSigner("a")
		issuer := newIssuer(a)
		release := make(chan struct{})
		issuer.fail(func(*http.Request) (*http.Response, error) { <-release; return nil, errors.New("late") })
		r := ring(t, issuer, direct)
		start := time.Now()
		_, err := r.Keys(t.Context(), "a", "EdDSA")
		var gone *keyring.UnavailableError
		if !errors.As(err, &gone) || gone.Fault != fault.Timeout {
			t.Errorf("%v", err)
		}
		if time.Since(start) != 5*time.Second {
			t.Errorf("waited %v", time.Since(start))
		}
		issuer.fail(nil)
		time.Sleep(2 * time.Second)
		if ok, err := a.admitted(t.Context(), r, "a"); !ok {
			t.Error(err)
		}
		close(release)
		synctest.Wait()
		if h := r.Health(); h.State != keyring.StateFresh || h.Fault != "" {
			t.Errorf("the late response was used: %+v", h)
		}
	})
}

// TestPanickingTransport: no handler above a fetch would recover from a panic.
func TestPanickingTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newIssuer(newSigner("a"))
		issuer.fail(func(*http.Request) (*http.Response, error) { panic("secret") })
		r := ring(t, issuer, direct)
		if _, err := r.Keys(t.Context(), "a", "EdDSA"); !errors.Is(err, keyring.ErrUnavailable) {
			t.Error(err)
		}
		if h := r.Health(); h.Fault != fault.Internal {
			t.Errorf("%+v", h)
		}
	})
}

// TestClockSetBack: times from before a clock was corrected must neither stop
// the refresh for good nor cause a flood of fetches.
func TestClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shift atomic.Int64
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct, func(_ *keyring.Source, o *keyring.Options) {
			o.Now = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
		})
		shift.Store(int64(1000 * time.Hour))
		warm(t, r)
		for i := range 10 {
			r.Keys(t.Context(), fmt.Sprint("stranger ", i), "EdDSA")
		}
		shift.Store(0)
		c := newSigner("c")
		issuer.publish(a, c)
		if ok, err := c.admitted(t.Context(), r, "c"); !ok {
			t.Errorf("a new key right after: %v", err)
		}
		shift.Store(int64(1000 * time.Hour))
		time.Sleep(time.Second)
		r.Keys(t.Context(), "stranger", "EdDSA")
		shift.Store(0)
		issuer.fail(internalError)
		for range 600 {
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := issuer.fetches(); n < 5 || n > 15 {
			t.Errorf("%d fetches, want some, but not many", n)
		}
		issuer.fail(nil)
		issuer.publish(b)
		time.Sleep(2 * time.Minute)
		r.Refresh(t.Context())
		synctest.Wait()
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Error(err)
		}
		if h := r.Health(); h.State != keyring.StateFresh || h.Age > 2*time.Minute || h.UsableFor > 24*time.Hour {
			t.Errorf("%+v", h)
		}
	})
}

// TestNewKeyAfterTheClockWasSetBack: unknown key IDs and then a clock that was set back
// delay a new key by the floor between fetches, and no longer.
func TestNewKeyAfterTheClockWasSetBack(t *testing.T) {
	for _, back := range []time.Duration{time.Second, 20 * time.Second, 90 * time.Second, time.Hour,
		1000 * time.Hour} {
		for _, flood := range []time.Duration{time.Second, 5 * time.Minute} {
			for _, pause := range []time.Duration{0, 10 * time.Second, 55 * time.Second, 85 * time.Second} {
				t.Run(fmt.Sprintf("by %v, after a flood of %v, %v before the new key", back, flood, pause),
					func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) { newKeyAfterTheClockWasSetBack(t, flood, back, pause) })
					})
			}
		}
	}
}

func newKeyAfterTheClockWasSetBack(t *testing.T, flood, back, pause time.Duration) {
	var shift atomic.Int64
	a, c := newSigner("a"), newSigner("c")
	issuer := newIssuer(a)
	r := ring(t, issuer, direct, func(_ *keyring.Source, o *keyring.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
	})
	warm(t, r)
	for start := time.Now(); time.Since(start) < flood; time.Sleep(200 * time.Millisecond) {
		r.Keys(t.Context(), fmt.Sprint("stranger ", time.Now()), "EdDSA")
	}
	shift.Store(int64(-back))
	warm(t, r) // begins the refresh that a clock which was set back makes due
	synctest.Wait()
	time.Sleep(pause)
	issuer.publish(a, c)
	for published := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if ok, _ := c.admitted(t.Context(), r, "c"); ok {
			return
		}
		if time.Since(published) > 31*time.Second {
			t.Fatal("the key is unknown 31 s after it was published")
		}
	}
}
