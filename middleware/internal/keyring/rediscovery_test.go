package keyring_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestMovedKeys changes the jwks_uri, with each way in which the old URL may
// respond.
func TestMovedKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		old    func(*http.Request) (*http.Response, error)
		unseen time.Duration // how long a new key may stay unknown, at most
	}{
		{"the old place is gone", func(r *http.Request) (*http.Response,
			error) {
			return respond(r, 404, ""), nil
		}, 0},
		{"the old place fails", internalError, 2 * time.Second},
		{"the old place is out of reach", func(r *http.Request) (*http.Response, error) {
			return nil,
				errors.New("no route")
		}, 2 * time.Second},
		{"the old place hangs", hang, 8 * time.Second},
		{"the old place keeps the old keys", nil, 0},
		{"the old place is now HTML", func(r *http.Request) (*http.Response,
			error) {
			return respond(r, 200, "<html>"), nil
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, "MD-11")
			synctest.Test(t, func(t *testing.T) {
				a, b := newSigner("a"), newSigner("b")
				issuer := newIssuer(a)
				r := ring(t, issuer)
				warm(t, r)
				time.Sleep(6 * time.Minute)
				old := signerSet(a)
				issuer.change(func() {
					issuer.keysPath, issuer.set, issuer.only = "/realm/new", signerSet(a, b), "/realm/keys"
					issuer.fault = c.old
					if c.old == nil {
						issuer.fault = func(r *http.Request) (*http.Response, error) { return respond(r, 200, old), nil }
					}
				})
				start := time.Now()
				for {
					if ok, err := a.admitted(t.Context(), r, "a"); !ok {
						t.Fatalf("the old key: %v", err)
					}
					if ok, _ := b.admitted(t.Context(), r, "b"); ok {
						break
					}
					time.Sleep(100 * time.Millisecond)
				}
				if took := time.Since(start); took > c.unseen {
					t.Errorf("followed after %v", took)
				}
			})
		})
	}
}

// TestRediscoveryFails: a failure of the metadata costs no keys and is reported.
func TestRediscoveryFails(t *testing.T) {
	for _, c := range []struct {
		name, ids string
		fault     func(*http.Request) (*http.Response, error)
		want      fault.Fault
	}{
		{"down", "", internalError, fault.Status5xx},
		{"another issuer's", "ATK-F06", func(r *http.Request) (*http.Response, error) {
			return respond(r, 200, `{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}`), nil
		}, fault.IssuerMismatch},
		{"gone", "", func(r *http.Request) (*http.Response, error) { return respond(r, 404, ""), nil },
			fault.NotFound},
		{"jwks_uri that does not work", "", func(r *http.Request) (*http.Response, error) {
			return respond(r, 200, `{"issuer":"`+issuerURL+`","jwks_uri":"https://issuer.test/nothing"}`), nil
		}, fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			synctest.Test(t, func(t *testing.T) {
				a, b := newSigner("a"), newSigner("b")
				issuer := newIssuer(a)
				r := ring(t, issuer)
				warm(t, r)
				issuer.change(func() { issuer.fault, issuer.only = c.fault, issuer.metadata })
				for range 3 * 60 {
					time.Sleep(time.Minute)
					if ok, err := a.admitted(t.Context(), r, "a"); !ok {
						t.Fatal(err)
					}
				}
				if h := r.Health(); h.State == keyring.StateExpired || h.Age > 15*time.Minute || h.Fault != c.want ||
					h.FailingSince.IsZero() {
					t.Errorf("%+v", h)
				}
				issuer.publish(a, b)
				if ok, err := b.admitted(t.Context(), r, "b"); !ok {
					t.Errorf("a rotation meanwhile: %v", err)
				}
				issuer.fail(nil)
				time.Sleep(11 * time.Minute)
				r.Refresh(t.Context())
				synctest.Wait()
				if h := r.Health(); h.Fault != "" || !h.FailingSince.IsZero() {
					t.Errorf("after the end of it: %+v", h)
				}
			})
		})
	}
}

// TestMetadataFaultStays: a failure of the metadata is reported until the
// metadata was read again, also after refreshes that do not read it.
func TestMetadataFaultStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newIssuer(newSigner("a"))
		issuer.header.Set("Cache-Control", "max-age=60")
		r := ring(t, issuer)
		warm(t, r)
		issuer.change(func() { issuer.fault, issuer.only = internalError, issuer.metadata })
		reported := 0
		for range 120 {
			time.Sleep(time.Minute)
			r.Refresh(t.Context())
			synctest.Wait()
			if h := r.Health(); h.State != keyring.StateFresh {
				t.Fatalf("%+v", h)
			} else if h.Fault == fault.Status5xx && !h.FailingSince.IsZero() {
				reported++
			}
		}
		if reported < 55 {
			t.Errorf("reported %d times in the hour after the metadata was due", reported)
		}
		if n := issuer.asked[issuer.metadata]; n > 15 {
			t.Errorf("asked for the metadata %d times", n)
		}
		issuer.fail(nil)
		time.Sleep(6 * time.Minute)
		r.Refresh(t.Context())
		synctest.Wait()
		if h := r.Health(); h.Fault != "" || !h.FailingSince.IsZero() {
			t.Errorf("%+v", h)
		}
	})
}

// TestMetadataExpires: a jwks_uri is trusted for a bounded time without the
// metadata that names it.
func TestMetadataExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newSigner("a")
		issuer := newIssuer(a)
		r := ring(t, issuer)
		warm(t, r)
		issuer.change(func() { issuer.fault, issuer.only = internalError, issuer.metadata })
		start := time.Now()
		for time.Since(start) < 8*24*time.Hour-time.Hour {
			time.Sleep(10 * time.Minute)
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Fatalf("after %v: %v", time.Since(start), err)
			}
		}
		if h := r.Health(); h.State != keyring.StateStale || h.Age < 22*time.Hour {
			t.Errorf("%+v", h)
		}
		time.Sleep(2 * time.Hour)
		if ok, err := a.admitted(t.Context(), r, "a"); ok || !errors.Is(err, keyring.ErrUnavailable) {
			t.Errorf("%v", err)
		}
	})
}
