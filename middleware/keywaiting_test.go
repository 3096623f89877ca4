package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestCallerThatLeaves: a request whose caller has gone while it had to wait is
// neither a rejected token nor an outage: no event, no log line, and a status that
// is not one of either.
func TestCallerThatLeaves(t *testing.T) {
	var events atomic.Int64
	observe := func(c *middleware.Config) {
		c.Observe = func(_ context.Context, e middleware.Event) {
			if e.Kind == middleware.EventRefused {
				events.Add(1)
			}
		}
	}
	for _, c := range []struct {
		name  string
		warm  bool
		token func(o outage) string
	}{
		{"with an unknown key id while there are keys", true, func(o outage) string { return o.unknown(1) }},
		{"with a bad signature", true, func(o outage) string {
			stranger := o.AddKey(testutil.Key{Algorithm: "ES256", Unpublished: true})
			return o.signedBy(stranger, map[string]any{"kid": o.KeyID("ES256")})
		}},
		{"with a good token while there are no keys", false, func(o outage) string { return o.Mint(nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, "K-23 ATK-F10")
			events.Store(0)
			inBubble(t, observe, func(t *testing.T, o outage) {
				if c.warm {
					o.good(t, "at first")
				}
				o.Fail(testutil.Fault{Keys: true, Delay: 4 * time.Second})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(100*time.Millisecond, cancel)
				left(t, o.auth, ctx, c.token(o))
				if n := events.Load(); n != 0 {
					t.Errorf("%d events", n)
				}
				time.Sleep(10 * time.Second) // virtual
			})
		})
	}
	t.Run("while Config.Revoked works", func(t *testing.T) {
		events.Store(0)
		slow := func(c *middleware.Config) {
			observe(c)
			c.Revoked = func(ctx context.Context, _ *claims.Token) (bool, error) {
				<-ctx.Done()
				return false, fmt.Errorf("store: %w", ctx.Err())
			}
		}
		inBubble(t, slow, func(t *testing.T, o outage) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			left(t, o.auth, ctx, o.Mint(nil))
			if n := events.Load(); n != 0 {
				t.Errorf("%d events", n)
			}
			ctx, cancel = context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := o.auth.Verify(ctx, o.Mint(nil)); !errors.Is(err, middleware.ErrUnavailable) {
				t.Errorf("a store that is too slow: %v", err)
			}
		})
	})
}

// left fails the test unless a request with ctx ends as one whose caller has left.
func left(t *testing.T, a *middleware.Authenticator, ctx context.Context, token string) {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	_, err := a.Check(r)
	var e *middleware.Error
	if !errors.As(err, &e) || e.Reason != "" || !errors.Is(err, context.Canceled) ||
		e.Error() != "bearerguard: context canceled" {
		t.Errorf("%#v", err)
	}
	var reason middleware.Reason
	if errors.As(err, &reason) {
		t.Errorf("the reason %q", reason)
	}
	h := http.Header{}
	if status, _ := a.Refuse(h, err); status != 499 || h.Get("WWW-Authenticate") != "" ||
		h.Get("Retry-After") != "" {
		t.Errorf("status %d, %v", status, h)
	}
}

// TestDeadlineOfTheRequest: a made-up key id is an unknown key, even if the request
// has less time than the issuer takes. Without keys it is an outage.
func TestDeadlineOfTheRequest(t *testing.T) {
	covers(t, "ATK-F10")
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.good(t, "at first")
		o.Fail(testutil.Fault{Keys: true, Delay: 3 * time.Second})
		for i := range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			if _, err := o.auth.Verify(ctx, o.unknown(i)); !errors.Is(err, middleware.ErrUnknownKey) {
				t.Errorf("made-up key id %d: %v", i, err)
			}
			cancel()
			o.good(t, "meanwhile")
		}
		time.Sleep(10 * time.Second) // virtual
	})
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.Fail(testutil.Fault{Keys: true, Delay: 3 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := o.auth.Verify(ctx, o.unknown(0))
		var e *middleware.Error
		if !errors.As(err, &e) || e.Reason != middleware.ErrUnavailable || e.RetryAfter < time.Second {
			t.Errorf("without keys: %#v", err)
		}
		time.Sleep(10 * time.Second) // virtual
	})
}

// TestNewKeyInAnOutage: a token with a key that the API has not seen is not called
// invalid while the issuer cannot be asked. Made-up key ids cannot make a 5xx of
// every response with that, and none while the issuer is well.
func TestNewKeyInAnOutage(t *testing.T) {
	covers(t, "ATK-F02")
	var unavailable atomic.Int64
	observe := func(c *middleware.Config) {
		c.Observe = func(_ context.Context, e middleware.Event) {
			if e.Reason == middleware.ErrUnavailable {
				unavailable.Add(1)
				if e.Hint == "" {
					t.Error("no hint")
				}
			}
		}
	}
	inBubble(t, observe, func(t *testing.T, o outage) {
		o.good(t, "at first")
		o.Rotate()
		o.Down()
		_, err := o.auth.Verify(t.Context(), o.Mint(nil))
		var e *middleware.Error
		if !errors.As(err, &e) || e.Reason != middleware.ErrUnavailable || e.RetryAfter < time.Second {
			t.Fatalf("a token with a new key: %v", err)
		}
		unavailable.Store(0)
		const minutes = 5
		for i := range minutes * 60 * 50 {
			if reason, _ := o.verify(o.unknown(i)); reason != middleware.ErrUnknownKey &&
				reason != middleware.ErrUnavailable {
				t.Fatalf("a made-up key id: %q", reason)
			}
			time.Sleep(20 * time.Millisecond) // virtual
		}
		n := unavailable.Load()
		t.Logf("50 made-up key ids a second got %d times 503 in %d min of outage", n, minutes)
		if n == 0 || n > 10+10*minutes {
			t.Errorf("%d times 503", n)
		}
		if err := o.Up(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // virtual
		unavailable.Store(0)
		for i := range 60 * 50 {
			if reason, _ := o.verify(o.unknown(-i)); reason != middleware.ErrUnknownKey {
				t.Fatalf("a made-up key id, the issuer being well: %q", reason)
			}
			time.Sleep(20 * time.Millisecond) // virtual
		}
		o.good(t, "with the new key")
	})
}

// TestCrowdOfMadeUpKeyIDs: while the issuer hangs, made-up key ids do not pile up.
func TestCrowdOfMadeUpKeyIDs(t *testing.T) {
	covers(t, "ATK-F01")
	for _, c := range []struct {
		name   string
		warm   bool
		reason middleware.Reason
		most   int64
	}{
		{"while there are keys", true, middleware.ErrUnknownKey, 100},
		{"while there are no keys", false, middleware.ErrUnavailable, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, o outage) {
				if c.warm {
					o.good(t, "at first")
				}
				release := o.Stall()
				var waiting, most, told atomic.Int64
				for i := range 5000 {
					token := o.unknown(i)
					go func() {
						if n := waiting.Add(1); n > most.Load() {
							most.Store(n)
						}
						reason, _ := o.verify(token)
						waiting.Add(-1)
						switch {
						case c.warm && reason == middleware.ErrUnavailable:
							told.Add(1) // of the fetch that failed
						case reason != c.reason:
							t.Errorf("%q", reason)
						}
					}()
					synctest.Wait()
					time.Sleep(time.Millisecond) // virtual
				}
				if c.warm {
					o.good(t, "in the crowd")
				}
				time.Sleep(20 * time.Second) // virtual
				release()
				if n := most.Load(); n > c.most+1 { // and one that is refused at once
					t.Errorf("%d requests waited at the same time, want at most %d", n, c.most)
				}
				if n := told.Load(); n > 10 {
					t.Errorf("%d requests got 503", n)
				}
			})
		})
	}
}

// TestOldTokensAfterRotations: an issuer replaces its key twice within a minute,
// while clients still send tokens of the first one. Every fresh token passes.
func TestOldTokensAfterRotations(t *testing.T) {
	covers(t, "K-17 K-20")
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprintf("started after the first rotation %t", restarted), func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, o outage) {
				old := o.Mint(nil)
				if !restarted {
					o.good(t, "at first")
				}
				o.RotateAndDrop()
				o.good(t, "with the second key")
				for rotation := range 3 {
					for range 200 {
						if reason, _ := o.verify(old); reason != middleware.ErrUnknownKey {
							t.Fatalf("an old token: %q", reason)
						}
						o.good(t, fmt.Sprint("after rotation ", rotation+1))
						time.Sleep(100 * time.Millisecond) // virtual
					}
					before := o.KeyRequests()
					o.RotateAndDrop()
					o.good(t, "with the new key")
					if n := o.KeyRequests() - before; n != 1 {
						t.Errorf("%d fetches for the new key", n)
					}
				}
			})
		})
	}
}
