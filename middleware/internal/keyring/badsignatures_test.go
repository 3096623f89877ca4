package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestFloodOfBadSignatures: bad signatures cause no more fetches than made-up key IDs,
// for any keys that they name, and a replaced key is found within 30 s. Made-up key IDs alone
// cause 24 fetches in ten minutes, outdated ones 102.
func TestFloodOfBadSignatures(t *testing.T) {
	for _, c := range []struct {
		name  string
		other func(ctx context.Context, r *keyring.Ring, n int) // what else comes
		most  int                                               // fetches in ten minutes
	}{
		{"alone", func(context.Context, *keyring.Ring, int) {}, 30},
		{"with made-up key IDs", func(ctx context.Context, r *keyring.Ring, n int) {
			r.Keys(ctx, fmt.Sprint("made up ", n), "EdDSA")
		}, 70},
		{"with outdated key IDs", func(ctx context.Context, r *keyring.Ring, n int) {
			r.Keys(ctx, fmt.Sprint("outdated ", n%100), "EdDSA")
		}, 140},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "K-17 K-20 ATK-K07 ATK-F03")
			var named, forgers []*signer
			for n := range 8 {
				named, forgers = append(named, newSigner(fmt.Sprint(n))), append(forgers, newSigner(fmt.Sprint(n)))
			}
			issuer := newIssuer(named...)
			issuer.header.Set("Cache-Control", "max-age=3600")
			r := ring(t, issuer, direct)
			warm(t, r)
			n := 0
			flood := func() {
				s := forgers[n%len(forgers)]
				if ok, err := s.admitted(t.Context(), r, s.kid); ok || err != errBadSignature {
					t.Fatal(err)
				}
				c.other(t.Context(), r, n)
				n++
				time.Sleep(20 * time.Millisecond)
			}
			for start := time.Now(); time.Since(start) < 10*time.Minute; {
				flood()
			}
			t.Logf("%d fetches in ten minutes", issuer.fetches()-1)
			if got := issuer.fetches() - 1; got > c.most {
				t.Errorf("%d fetches in ten minutes, want at most %d", got, c.most)
			}
			var worst time.Duration
			for round := range 5 {
				time.Sleep(time.Duration(round) * time.Second)
				fresh := newSigner("3")
				issuer.publish(append(named[:3:3], append([]*signer{fresh}, named[4:]...)...)...)
				start := time.Now()
				for ok := false; !ok; ok, _ = fresh.admitted(t.Context(), r, "3") {
					flood()
				}
				worst = max(worst, time.Since(start))
			}
			if worst > 31*time.Second {
				t.Errorf("a replaced key was found after %v", worst)
			}
			t.Logf("a replaced key was found after %v at most", worst)
		})
	}
}

// TestBadSignaturesNowAndThen: a minute after the last bad signature, a replaced key is
// found at once again.
func TestBadSignaturesNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-20")
		_, forger, issuer, r := replaced(t)
		for range 600 {
			forger.admitted(t.Context(), r, "1")
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		for range 3 {
			fresh := newSigner("1")
			issuer.publish(fresh)
			if ok, err := fresh.admitted(t.Context(), r, "1"); !ok {
				t.Error(err)
			}
		}
	})
}

// TestNewKeyDuringBadSignatures: bad signatures do not delay the first token of a key
// that is new, with and without made-up key IDs at the same time.
func TestNewKeyDuringBadSignatures(t *testing.T) {
	for _, c := range []struct {
		name   string
		madeUp bool
		most   time.Duration
	}{
		{"bad signatures", false, time.Second},
		{"bad signatures and made-up key IDs", true, 5 * time.Second},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "K-17 K-20 ATK-F01 ATK-K07")
			old, forger, issuer, r := replaced(t)
			issuer.change(func() { issuer.delay = 500 * time.Millisecond })
			start, n := time.Now(), 0
			flood := func(until time.Duration) {
				for ; time.Since(start) < until; n++ {
					go forger.admitted(t.Context(), r, "1")
					if c.madeUp {
						go r.Keys(t.Context(), fmt.Sprint("made up ", n), "EdDSA")
					}
					time.Sleep(5 * time.Millisecond)
				}
			}
			var worst atomic.Int64
			for round, after := range []time.Duration{0, 1, 2, 5, 10, 21, 33, 60, 75, 131} {
				flood(after * time.Second)
				fresh := newSigner(fmt.Sprint("fresh ", round))
				issuer.publish(old, fresh)
				published, found := time.Now(), atomic.Bool{}
				for !found.Load() {
					asked := time.Now()
					go func() {
						ok, err := fresh.admitted(t.Context(), r, fresh.kid)
						if !ok && !c.madeUp {
							t.Errorf("a token of a new key: %v", err)
						}
						if ok && !found.Swap(true) {
							raise(&worst, int64(time.Since(published)))
						}
						if time.Since(asked) > 5*time.Second {
							t.Errorf("waited %v", time.Since(asked))
						}
					}()
					flood(time.Since(start) + 100*time.Millisecond)
				}
			}
			time.Sleep(10 * time.Second)
			took := time.Duration(worst.Load())
			if took > c.most {
				t.Errorf("a new key was unknown for %v", took)
			}
			t.Logf("a new key was unknown for %v at most; %d fetches", took, issuer.fetches())
		})
	}
}

// TestPlacesForBadSignatures: while the issuer takes its time, few requests with a bad
// signature wait. They displace no request for another key, and good tokens do not wait.
func TestPlacesForBadSignatures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-23 ATK-K07 ATK-F01")
		old, forger, issuer, r := replaced(t)
		fresh := newSigner("fresh")
		issuer.change(func() { issuer.delay = 2 * time.Second })
		issuer.publish(old, fresh)
		var waiting, most atomic.Int64
		var refused atomic.Int64
		for n := range 2000 {
			go func() {
				raise(&most, waiting.Add(1))
				if _, err := forger.admitted(t.Context(), r, "1"); err != errBadSignature {
					t.Errorf("a bad signature: %v", err)
				}
				waiting.Add(-1)
			}()
			if n%20 == 10 {
				go func() {
					if ok, _ := fresh.admitted(t.Context(), r, "fresh"); !ok {
						refused.Add(1)
					}
				}()
			}
			synctest.Wait()
			start := time.Now()
			if ok, err := old.admitted(t.Context(), r, "1"); !ok || time.Since(start) > 0 {
				t.Fatalf("a good token: %v after %v", err, time.Since(start))
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := most.Load(); n > 101 { // and the one that is refused at once
			t.Errorf("%d requests with a bad signature waited at the same time, want at most 100", n)
		}
		if n := refused.Load(); n > 0 {
			t.Errorf("%d of 100 tokens of a new key refused", n)
		}
		if n := waiting.Load(); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

// TestBadSignaturesInAnOutage: forged tokens do not learn of an outage, and do not keep
// those from learning of it that may have a new key.
func TestBadSignaturesInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-18 ATK-F11 ATK-K07")
		_, forger, issuer, r := replaced(t)
		issuer.fail(internalError)
		for range 100 {
			keys, _ := r.Keys(t.Context(), "1", "EdDSA")
			_, err := r.Replaced(t.Context(), keyring.Ref{KeyID: "1", Algorithm: "EdDSA"}, keys)
			var failed *keyring.FetchFailedError
			if err == nil || errors.As(err, &failed) || errors.Is(err, keyring.ErrUnavailable) {
				t.Fatal(err)
			}
			forger.admitted(t.Context(), r, "1")
			time.Sleep(100 * time.Millisecond)
		}
		var failed *keyring.FetchFailedError
		if _, err := r.Keys(t.Context(), "new", "EdDSA"); !errors.As(err, &failed) {
			t.Errorf("a new key: %v", err)
		}
	})
}
