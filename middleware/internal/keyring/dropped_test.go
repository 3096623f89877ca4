package keyring_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestTokensOfADroppedKey: clients still send tokens of a key that has left the
// set. They spend no fetch that the next new key needs.
func TestTokensOfADroppedKey(t *testing.T) {
	for _, known := range []bool{true, false} {
		virtual(t, fmt.Sprintf("the key was known: %t", known), func(t *testing.T) {
			covers(t, "K-17 K-20")
			first, second := newSigner("first"), newSigner("second")
			issuer := newIssuer(first)
			issuer.delay = 20 * time.Millisecond
			r := ring(t, issuer, direct)
			if known {
				warm(t, r)
				time.Sleep(time.Minute)
			}
			issuer.publish(second)
			if ok, err := second.admitted(t.Context(), r, "second"); !ok {
				t.Fatal(err)
			}
			send := func(d time.Duration, fresh *signer) (refused int, last time.Duration) {
				start := time.Now()
				for time.Since(start) < d {
					if _, err := r.Keys(t.Context(), "first", "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
						t.Fatal(err)
					}
					if ok, _ := fresh.admitted(t.Context(), r, fresh.kid); !ok {
						refused, last = refused+1, time.Since(start)
					}
					time.Sleep(100 * time.Millisecond)
				}
				return refused, last
			}
			before := issuer.fetches()
			for _, wait := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second,
				45 * time.Second} {
				send(wait, second)
				if n := issuer.fetches() - before; known && n > 0 {
					t.Errorf("tokens of a key that left caused %d fetches in %v", n, wait)
				}
				third := newSigner(fmt.Sprint("third ", wait))
				issuer.publish(second, third)
				if refused, last := send(15*time.Second, third); refused > 0 {
					t.Errorf("rotation after %v: %d fresh tokens refused, the last after %v", wait, refused, last)
				}
				before = issuer.fetches()
			}
		})
	}
}

// TestReturningKey: the members of a cluster publish different sets. A key that
// leaves because another member answered is found again soon.
func TestReturningKey(t *testing.T) {
	for _, c := range []struct {
		name   string
		one    []string
		other  []string
		within time.Duration
	}{
		{"a member that publishes a new key late", []string{"a", "b"}, []string{"a"}, 3 * time.Second},
		{"members with a key each", []string{"b"}, []string{"a"}, 10 * time.Minute},
	} {
		virtual(t, c.name, func(t *testing.T) {
			signers := map[string]*signer{"a": newSigner("a"), "b": newSigner("b")}
			publish := func(i *fakeIssuer, kids []string) {
				var all []*signer
				for _, kid := range kids {
					all = append(all, signers[kid])
				}
				i.publish(all...)
			}
			issuer := newIssuer(signers["a"])
			r := ring(t, issuer, direct)
			warm(t, r)
			time.Sleep(5 * time.Minute)
			flip := func() { // to one, to the other, and to one again
				t.Helper()
				publish(issuer, c.one)
				start := time.Now()
				for {
					if ok, _ := signers["b"].admitted(t.Context(), r, "b"); ok {
						break
					}
					time.Sleep(100 * time.Millisecond)
				}
				if took := time.Since(start); took > c.within {
					t.Errorf("found again after %v", took)
				}
				publish(issuer, c.other)
				for {
					r.Keys(t.Context(), fmt.Sprint(time.Now()), "EdDSA")
					if ok, _ := signers["b"].admitted(t.Context(), r, "b"); !ok {
						break
					}
					time.Sleep(time.Second)
				}
			}
			flip()
			time.Sleep(time.Minute)
			flip()
			time.Sleep(time.Minute)
			flip()
		})
	}
}

// TestRetriesSpendNothing: three clients with keys of long ago send their tokens
// for a minute. The next new key is found at once.
func TestRetriesSpendNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-17")
		a := newSigner("a")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct)
		warm(t, r)
		for n := range 3 {
			r.Keys(t.Context(), fmt.Sprint("outdated ", n), "EdDSA")
			time.Sleep(20 * time.Second)
		}
		time.Sleep(time.Minute)
		before := issuer.fetches()
		for n := range 600 {
			r.Keys(t.Context(), fmt.Sprint("outdated ", n%3), "EdDSA")
			time.Sleep(100 * time.Millisecond)
		}
		if n := issuer.fetches() - before; n < 3 || n > 3+20 {
			t.Errorf("%d fetches in a minute", n)
		}
		b := newSigner("b")
		issuer.publish(a, b)
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Errorf("the new key: %v", err)
		}
	})
}

// TestWantedKeyDuringFlood measures how long a key is unknown that many tokens
// name, while made-up key IDs arrive.
func TestWantedKeyDuringFlood(t *testing.T) {
	for _, c := range []struct {
		flood, tokens time.Duration // between two requests
		repeat        int           // how often each made-up key ID comes
	}{
		{2 * time.Millisecond, 250 * time.Millisecond, 1},
		{2 * time.Millisecond, 100 * time.Millisecond, 1},
		{time.Millisecond, 100 * time.Millisecond, 1},
		{time.Millisecond, 100 * time.Millisecond, 8},
		{200 * time.Microsecond, 100 * time.Millisecond, 1},
		{100 * time.Microsecond, 50 * time.Millisecond, 2},
	} {
		virtual(t, fmt.Sprintf("made up every %v, %d times, good every %v", c.flood, c.repeat, c.tokens),
			func(t *testing.T) {
				covers(t, "K-17 K-20 ATK-F01")
				issuer := newIssuer(newSigner("a"))
				r := ring(t, issuer, direct)
				warm(t, r)
				start, n := time.Now(), 0
				flood := func(until time.Duration) {
					for time.Since(start) < until {
						n++
						r.Keys(t.Context(), fmt.Sprint("made up ", n/c.repeat), "EdDSA")
						time.Sleep(c.flood)
					}
				}
				var worst time.Duration
				for _, after := range []time.Duration{0, 2, 5, 10, 21, 60, 75, 130, 151} {
					flood(after * time.Second)
					fresh := newSigner(fmt.Sprint("fresh ", after))
					issuer.publish(fresh)
					published := time.Now()
					for next := c.tokens; ; next += c.tokens {
						if ok, _ := fresh.admitted(t.Context(), r, fresh.kid); ok {
							break
						}
						flood(published.Sub(start) + next)
					}
					worst = max(worst, time.Since(published))
				}
				if worst >= 5*time.Second {
					t.Errorf("a new key was unknown for %v", worst)
				}
				t.Logf("a new key was unknown for at most %v; %d fetches in %v", worst, issuer.fetches(),
					time.Since(start))
			})
	}
}

// TestOutdatedKeyAfterExpiry: when the keys have expired in an outage, tokens of a
// key that left cause no more fetches than others.
func TestOutdatedKeyAfterExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-18 ATK-F02")
		issuer := newIssuer(newSigner("first"))
		r := ring(t, issuer, direct)
		warm(t, r)
		issuer.publish(newSigner("second"))
		r.Keys(t.Context(), "second", "EdDSA")
		issuer.fail(internalError)
		time.Sleep(25 * time.Hour)
		before := issuer.fetches()
		for range 600 {
			if _, err := r.Keys(t.Context(), "first", "EdDSA"); !errors.Is(err, keyring.ErrUnavailable) {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := issuer.fetches() - before; n > 20 {
			t.Errorf("%d fetches in a minute", n)
		}
	})
}
