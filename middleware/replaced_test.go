package middleware_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// replaceKey gives the issuer a new key and publishes it under the name "1", as all of
// its keys before.
func (o outage) replaceKey(t *testing.T) {
	o.RotateAndDrop()
	republish(t, o.Issuer, rename(map[string]string{"kid": "1"}))
}

// current returns a token of the issuer's current key, which it calls "1".
func (o outage) current() string {
	return o.signedBy(o.KeyID("ES256"), map[string]any{"kid": "1"})
}

// forged makes tokens of a key that the issuer does not have, which call it "1".
func (o outage) forged() func() string {
	stranger := o.AddKey(testutil.Key{Algorithm: "ES256", Unpublished: true})
	return func() string { return o.signedBy(stranger, map[string]any{"kid": "1"}) }
}

// TestKeyReplacedUnderItsName: an issuer gives a new key the kid of the old one.
//
//   - a server whose key changes when it starts, and whose kid is a constant:
//     https://github.com/spring-attic/spring-authorization-server/issues/1015
//   - key material replaced under one kid: https://github.com/DataZooDE/quack-oauth/pull/15
func TestKeyReplacedUnderItsName(t *testing.T) {
	t.Run("the first token", func(t *testing.T) {
		covers(t, "K-19 K-20")
		inBubble(t, nil, func(t *testing.T, o outage) {
			o.replaceKey(t)
			old := o.current()
			if reason, _ := o.verify(old); reason != "" {
				t.Fatal(reason)
			}
			for n := range 3 {
				o.replaceKey(t)
				if reason, waited := o.verify(o.current()); reason != "" || waited > 0 {
					t.Errorf("replacement %d: %q after %v", n, reason, waited)
				}
				if reason, _ := o.verify(old); reason != badSignature {
					t.Errorf("a token of the replaced key, which was cached: %q", reason)
				}
				time.Sleep(time.Minute) // virtual
			}
		})
	})
	t.Run("while bad signatures arrive", func(t *testing.T) {
		covers(t, "K-17 K-20 ATK-K07")
		inBubble(t, nil, func(t *testing.T, o outage) {
			o.replaceKey(t)
			forged := o.forged()
			o.replaceKey(t)
			flood := func(d time.Duration) {
				for start := time.Now(); time.Since(start) < d; {
					if reason, _ := o.verify(forged()); reason != badSignature {
						t.Fatalf("%q", reason)
					}
					if reason, waited := o.verify(o.current()); reason != "" || waited > 0 {
						t.Fatalf("a good token: %q after %v", reason, waited)
					}
					time.Sleep(250 * time.Millisecond) // virtual
				}
			}
			before := o.KeyRequests()
			flood(10 * time.Minute)
			if n := o.KeyRequests() - before; n > 30 {
				t.Errorf("%d fetches in ten minutes of bad signatures", n)
			}
			o.replaceKey(t)
			start := time.Now()
			for {
				o.verify(forged())
				if reason, _ := o.verify(o.current()); reason == "" {
					break
				}
				time.Sleep(50 * time.Millisecond) // virtual
			}
			if took := time.Since(start); took > 31*time.Second {
				t.Errorf("a replaced key was found after %v", took)
			}
			t.Logf("found after %v; %d fetches in all", time.Since(start), o.KeyRequests())
		})
	})
	t.Run("while the issuer is down", func(t *testing.T) {
		covers(t, "K-18 ATK-F11")
		inBubble(t, nil, func(t *testing.T, o outage) {
			o.replaceKey(t)
			forged := o.forged()
			o.replaceKey(t)
			if reason, _ := o.verify(o.current()); reason != "" {
				t.Fatal(reason)
			}
			o.Down()
			for range 100 {
				if reason, _ := o.verify(forged()); reason != badSignature {
					t.Errorf("a bad signature: %q", reason)
				}
				time.Sleep(time.Second) // virtual
			}
		})
	})
	t.Run("within the deadline of a request", func(t *testing.T) {
		covers(t, "K-23 ATK-F10")
		inBubble(t, nil, func(t *testing.T, o outage) {
			o.replaceKey(t)
			forged := o.forged()
			o.replaceKey(t)
			if reason, _ := o.verify(o.current()); reason != "" {
				t.Fatal(reason)
			}
			o.Fail(testutil.Fault{Keys: true, Delay: 3 * time.Second})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			_, err := o.auth.Verify(ctx, forged())
			if reasonOf(err) != badSignature || time.Since(start) != time.Second {
				t.Errorf("%v after %v", err, time.Since(start))
			}
			time.Sleep(10 * time.Second) // virtual
		})
	})
	t.Run("while the issuer hangs", func(t *testing.T) {
		covers(t, "K-18 ATK-F11")
		inBubble(t, nil, func(t *testing.T, o outage) {
			o.replaceKey(t)
			forged := o.forged()
			o.replaceKey(t)
			if reason, _ := o.verify(o.current()); reason != "" {
				t.Fatal(reason)
			}
			release := o.Stall()
			defer release()
			for range 100 {
				go func() {
					if reason, waited := o.verify(forged()); reason != badSignature || waited > 5*time.Second {
						t.Errorf("a bad signature: %q after %v", reason, waited)
					}
				}()
				synctest.Wait()
				if reason, waited := o.verify(o.current()); reason != "" || waited > 0 {
					t.Errorf("a good token: %q after %v", reason, waited)
				}
				time.Sleep(time.Second) // virtual
			}
			time.Sleep(10 * time.Second)
		})
	})
}
