package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

func internalError(r *http.Request) (*http.Response, error) { return respond(r, 500, "no"), nil }

// hang returns when its context is done.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestRotation: the first request with the new key of a rotation is accepted. If
// many come at once, they share one fetch.
func TestRotation(t *testing.T) {
	virtual(t, "the first token of a new key", func(t *testing.T) {
		covers(t, "K-20")
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer(a)
		issuer.delay = 20 * time.Millisecond
		r := ring(t, issuer, direct)
		warm(t, r)
		issuer.publish(a, b)
		var refused atomic.Int64
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if ok, _ := b.admitted(t.Context(), r, "b"); !ok {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		if refused.Load() != 0 || issuer.fetches() != 2 {
			t.Errorf("%d of 1000 refused, %d fetches, want 0 and 2", refused.Load(), issuer.fetches())
		}
	})
}

// TestRotationDuringFetch publishes a key while a fetch that comes too early for
// it is under way: a request that joined that fetch starts another.
func TestRotationDuringFetch(t *testing.T) {
	virtual(t, "a key published too late for a fetch", func(t *testing.T) {
		covers(t, "K-20")
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct)
		warm(t, r)
		issuer.change(func() { issuer.delay = time.Second })
		go r.Keys(t.Context(), "stranger", "EdDSA")
		synctest.Wait()
		issuer.publish(a, b)
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Errorf("%v", err)
		}
		if n := issuer.fetches(); n != 3 {
			t.Errorf("%d fetches, want 3", n)
		}
	})
}

// TestRemoval: the next refresh removes a key that has left the set, for lookups
// and for what was verified with it, and keeps the others.
func TestRemoval(t *testing.T) {
	virtual(t, "a removed key", func(t *testing.T) {
		covers(t, "K-19 ATK-B14")
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer(a, b)
		r := ring(t, issuer)
		warm(t, r)
		keep, err := r.Keys(t.Context(), "a", "EdDSA")
		if err != nil {
			t.Fatal(err)
		}
		drop, err := r.Keys(t.Context(), "b", "EdDSA")
		if err != nil {
			t.Fatal(err)
		}
		issuer.publish(a)
		time.Sleep(9 * time.Minute)
		if !keep[0].Live(time.Now()) || !drop[0].Live(time.Now()) || issuer.fetches() != 1 {
			t.Error("not fresh for nine minutes")
		}
		time.Sleep(time.Minute)
		// From here on only cached tokens arrive. They start the refresh.
		if !keep[0].Live(time.Now()) {
			t.Error("the key is not live at its soft expiry")
		}
		synctest.Wait()
		if !keep[0].Live(time.Now()) {
			t.Error("a refresh that found the key again ended it")
		}
		if drop[0].Live(time.Now()) {
			t.Error("the removed key is still live")
		}
		if ok, err := b.admitted(t.Context(), r, "b"); ok || !errors.Is(err, keyring.ErrUnknownKey) {
			t.Errorf("the removed key still verifies: %v", err)
		}
		again, err := r.Keys(t.Context(), "a", "EdDSA")
		if err != nil || again[0] != keep[0] {
			t.Errorf("the key that stayed became another: %v", err)
		}
		if issuer.fetches() != 2 { // the start and the refresh; a key that left is not looked for
			t.Errorf("%d fetches, want 2", issuer.fetches())
		}
	})
}

// TestChangedKey changes a key and keeps its ID.
func TestChangedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after := newSigner("1"), newSigner("1")
		issuer := newIssuer(before)
		r := ring(t, issuer)
		warm(t, r)
		old, _ := r.Keys(t.Context(), "1", "EdDSA")
		issuer.publish(after)
		time.Sleep(10 * time.Minute)
		r.Refresh(t.Context())
		synctest.Wait()
		if ok, err := after.admitted(t.Context(), r, "1"); !ok {
			t.Error(err)
		}
		if ok, _ := before.admitted(t.Context(), r, "1"); ok || old[0].Live(time.Now()) {
			t.Error("the old key still verifies")
		}
	})
}

// TestReplacedKey replaces the only key of an issuer whose tokens have no kid.
// The first token of the new key is accepted, and forged ones cause no more
// fetches than unknown key IDs do.
func TestReplacedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after, stranger := newSigner(""), newSigner(""), newSigner("")
		issuer := newIssuer(before)
		r := ring(t, issuer, direct)
		warm(t, r)
		for range 1000 {
			if ok, err := before.admitted(t.Context(), r, ""); !ok {
				t.Fatal(err)
			}
			if ok, _ := stranger.admitted(t.Context(), r, ""); ok {
				t.Fatal("a stranger was admitted")
			}
		}
		if n := issuer.fetches(); n > 4 {
			t.Errorf("%d fetches for forged tokens", n)
		}
		issuer.publish(after)
		time.Sleep(7 * time.Second) // past the first floor
		if ok, err := after.admitted(t.Context(), r, ""); !ok {
			t.Error(err)
		}
		if ok, _ := before.admitted(t.Context(), r, ""); ok {
			t.Error("the replaced key still verifies")
		}
		static, err := keyring.New(keyring.Source{Issuer: "x", JWKS: []byte(signerSet(before))}, keyring.Options{})
		if err != nil {
			t.Fatal(err)
		}
		keys, _ := static.Keys(t.Context(), "", "EdDSA")
		_, err = static.Replaced(t.Context(), keyring.Ref{Algorithm: "EdDSA"}, keys)
		if !errors.Is(err, keyring.ErrUnknownKey) {
			t.Errorf("a static set: %v", err)
		}
	})
}

// TestFreshness: the max-age of the response counts, within bounds.
func TestFreshness(t *testing.T) {
	for _, c := range []struct {
		cacheControl, age string
		want              time.Duration
	}{
		{"", "", 9*time.Minute + 30*time.Second}, // half of the jitter of a tenth
		{"max-age=1200", "", 19 * time.Minute},
		{"public, Max-Age=\"1200\", must-revalidate", "", 19 * time.Minute},
		{"max-age=1200", "600", 9*time.Minute + 30*time.Second},
		{"max-age=0", "", time.Minute},
		{"max-age=1", "", time.Minute},
		{"max-age=60", "3600", time.Minute},
		{"max-age=86400", "", 57 * time.Minute},
		{"max-age=99999999999999999999", "", 9*time.Minute + 30*time.Second},
		{"max-age=-5", "", 9*time.Minute + 30*time.Second},
		{"no-store", "", 9*time.Minute + 30*time.Second},
		{"no-cache, no-store, max-age=0, must-revalidate", "", 9*time.Minute + 30*time.Second},
		{"s-maxage=5", "", 9*time.Minute + 30*time.Second},
	} {
		t.Run(c.cacheControl+" age "+c.age, func(t *testing.T) {
			covers(t, "K-22")
			synctest.Test(t, func(t *testing.T) {
				issuer := newIssuer(newSigner("a"))
				issuer.header.Set("Cache-Control", c.cacheControl)
				issuer.header.Set("Age", c.age)
				r := ring(t, issuer, direct)
				warm(t, r)
				start := time.Now()
				for issuer.fetches() < 2 {
					time.Sleep(time.Second)
					r.Refresh(t.Context())
					synctest.Wait()
				}
				if fresh := time.Since(start); fresh != c.want {
					t.Errorf("fresh for %v, want %v", fresh, c.want)
				}
			})
		})
	}
}

// TestEvents has the events of a ring from its first fetch on.
func TestEvents(t *testing.T) {
	virtual(t, "key IDs with line breaks", func(t *testing.T) {
		covers(t, "ATK-B07")
		var mu sync.Mutex
		var seen []string
		a, b := newSigner("a"), newSigner("b\r\nforged line")
		issuer := newIssuer(a)
		issuer.delay = time.Second
		r := ring(t, issuer, func(_ *keyring.Source, o *keyring.Options) {
			o.Observe = func(e keyring.Event) {
				mu.Lock()
				defer mu.Unlock()
				if e.Issuer != issuerURL || e.Template != "" {
					t.Errorf("issuer %q, template %q", e.Issuer, e.Template)
				}
				seen = append(seen, fmt.Sprintln(e.Kind, e.Fault, e.Duration, e.Requests, e.Added, e.Removed, e.Remarks))
			}
		})
		warm(t, r)
		issuer.publish(b)
		time.Sleep(10 * time.Minute)
		r.Refresh(t.Context())
		time.Sleep(time.Minute)
		issuer.change(func() { issuer.set = keySet(b.jwk(map[string]any{"d": "AA"}), ecJWK()) })
		time.Sleep(10 * time.Minute)
		r.Refresh(t.Context())
		time.Sleep(time.Minute)
		issuer.fail(internalError)
		time.Sleep(10 * time.Minute)
		r.Refresh(t.Context())
		time.Sleep(time.Second)
		synctest.Wait()
		want := []string{
			"fetched  2s 2 [] [] []\n",
			"fetched  1s 1 [] [] []\n", "rotated  1s 1 [b??forged?line] [a] []\n",
			"fetched  1s 1 [] [] [{b??forged?line private_members}]\n", "rotated  1s 1 [k] [] []\n",
			"failed status_5xx 1s 1 [] [] []\n",
		}
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(seen, want) {
			t.Errorf("got  %q\nwant %q", seen, want)
		}
	})
}

func TestHealthOfANewRing(t *testing.T) {
	h := ring(t, newIssuer()).Health()
	if h.State != keyring.StateNever || h.Issuer != issuerURL || h.Fault != "" || !h.FailingSince.IsZero() ||
		h.UsableFor != 0 || h.Attempts != 0 || h.Requests != 0 || len(h.KeyIDs) != 0 {
		t.Errorf("%+v", h)
	}
}
