package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// Servers whose keys change while the kid stays a constant:
// https://github.com/spring-attic/spring-authorization-server/issues/1015 and
// https://github.com/DataZooDE/quack-oauth/pull/15.

// replaced returns an issuer with a key of this name and one for the key's successor,
// and a ring that knows the first.
func replaced(t *testing.T) (old, fresh *signer, issuer *fakeIssuer, r *keyring.Ring) {
	old, fresh = newSigner("1"), newSigner("1")
	issuer = newIssuer(old)
	issuer.header.Set("Cache-Control", "max-age=3600")
	r = ring(t, issuer, direct)
	warm(t, r)
	return old, fresh, issuer, r
}

// TestReplacedUnderItsName: the first token of a key that has the kid of another one is
// accepted after one fetch, and what the other one verified ends.
func TestReplacedUnderItsName(t *testing.T) {
	for _, c := range []struct {
		name        string
		before, now func(old, other, fresh *signer) []*signer
	}{
		{"the only key",
			func(old, _, _ *signer) []*signer { return []*signer{old} },
			func(_, _, fresh *signer) []*signer { return []*signer{fresh} }},
		{"one of two keys of this kid",
			func(old, other, _ *signer) []*signer { return []*signer{other, old} },
			func(_, other, fresh *signer) []*signer { return []*signer{other, fresh} }},
		{"one more key of this kid",
			func(old, _, _ *signer) []*signer { return []*signer{old} },
			func(old, _, fresh *signer) []*signer { return []*signer{old, fresh} }},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "K-19 K-20")
			old, other, fresh := newSigner("1"), newSigner("1"), newSigner("1")
			issuer := newIssuer(c.before(old, other, fresh)...)
			issuer.delay = 20 * time.Millisecond
			r := ring(t, issuer, direct)
			warm(t, r)
			keys, _ := r.Keys(t.Context(), "1", "EdDSA")
			issuer.publish(c.now(old, other, fresh)...)
			start := time.Now()
			if ok, err := fresh.admitted(t.Context(), r, "1"); !ok || time.Since(start) != issuer.delay {
				t.Errorf("%v after %v", err, time.Since(start))
			}
			for _, s := range c.now(old, other, fresh) {
				if ok, err := s.admitted(t.Context(), r, "1"); !ok {
					t.Error(err)
				}
			}
			if n := issuer.fetches(); n != 2 {
				t.Errorf("%d fetches, want 2", n)
			}
			for _, k := range keys {
				isKeyOf := func(s *signer) bool { return s.among([]*keyring.Key{k}) }
				published := slices.ContainsFunc(c.now(old, other, fresh), isKeyOf)
				if k.Live(time.Now()) != published {
					t.Errorf("a key is live: %t, published: %t", k.Live(time.Now()), published)
				}
			}
		})
	}
}

// TestOneFetchForABadSignature: a token with a bad signature costs one fetch at most,
// for any outcome, and none while the fetches for such tokens are spent.
func TestOneFetchForABadSignature(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"the same keys": nil, "status 500": internalError, "no response": hang,
		"connection refused": network(errors.New("refused")),
	} {
		virtual(t, name, func(t *testing.T) {
			covers(t, "K-17 ATK-K07")
			_, forger, issuer, r := replaced(t)
			issuer.fail(fault)
			for n := range 3 {
				if ok, err := forger.admitted(t.Context(), r, "1"); ok || err != errBadSignature {
					t.Errorf("%v", err)
				}
				if got := issuer.fetches(); got != 2+n {
					t.Errorf("%d fetches for %d tokens", got-1, n+1)
				}
			}
			if forger.admitted(t.Context(), r, "1"); issuer.fetches() != 4 {
				t.Errorf("%d fetches for four tokens", issuer.fetches()-1)
			}
		})
	}
}

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

// TestReplacedNameThatStays: the kid of a key that was replaced has not left the set. Once
// the new key is gone as well, it has.
func TestReplacedNameThatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-17 K-19")
		_, fresh, issuer, r := replaced(t)
		issuer.publish(fresh)
		if ok, err := fresh.admitted(t.Context(), r, "1"); !ok {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		next := newSigner("2")
		issuer.publish(next)
		if ok, err := next.admitted(t.Context(), r, "2"); !ok {
			t.Fatal(err)
		}
		before := issuer.fetches()
		for range 100 {
			fresh.admitted(t.Context(), r, "1")
			time.Sleep(time.Second)
		}
		if n := issuer.fetches() - before; n != 0 {
			t.Errorf("%d fetches for a key ID that left", n)
		}
	})
}

// TestBadSignatureAfterTheClockWasSetBack: times in the future stop no fetch.
func TestBadSignatureAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back atomic.Int64
		old, fresh := newSigner("1"), newSigner("1")
		issuer := newIssuer(old)
		r := ring(t, issuer, direct, func(_ *keyring.Source, o *keyring.Options) {
			o.Now = func() time.Time { return time.Now().Add(-time.Duration(back.Load())) }
		})
		warm(t, r)
		for range 100 {
			fresh.admitted(t.Context(), r, "1")
			time.Sleep(100 * time.Millisecond)
		}
		back.Store(int64(6 * time.Hour))
		issuer.publish(fresh)
		if ok, err := fresh.admitted(t.Context(), r, "1"); !ok {
			t.Error(err)
		}
	})
}
