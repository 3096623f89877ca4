package keyring_test

import (
	"errors"
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
