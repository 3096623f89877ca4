package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestFloodOfUnknownKeys sends 10,000 made-up key IDs at once.
func TestFloodOfUnknownKeys(t *testing.T) {
	for _, workers := range []int{1, 64} {
		t.Run(fmt.Sprint(workers, " workers"), func(t *testing.T) {
			covers(t, "K-17 ATK-F01")
			synctest.Test(t, func(t *testing.T) {
				a := newSigner("a")
				issuer := newIssuer(a)
				issuer.delay = 20 * time.Millisecond
				r := ring(t, issuer, direct)
				warm(t, r)
				work := make(chan int)
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						for n := range work {
							if _, err := r.Keys(t.Context(), fmt.Sprint("made up ", n), "EdDSA"); !errors.Is(err,
								keyring.ErrUnknownKey) {
								t.Errorf("%v", err)
							}
						}
					})
				}
				for n := range 10_000 {
					work <- n
				}
				close(work)
				wg.Wait()
				if n := issuer.fetches(); n > 4 {
					t.Errorf("%d fetches, want at most 4", n)
				}
				t.Logf("10,000 unknown key IDs, %d at a time: %d fetches, the first among them", workers,
					issuer.fetches())
				if ok, err := a.admitted(t.Context(), r, "a"); !ok {
					t.Error(err)
				}
			})
		})
	}
}

// TestFloor measures the times of the attempts under a lasting flood, for an
// issuer with nothing new, one that fails, and one that fails every second time.
func TestFloor(t *testing.T) {
	n, same := 0, signerSet(newSigner("a"))
	for _, c := range []struct {
		name, ids string
		fault     func(*http.Request) (*http.Response, error)
		most      time.Duration // the longest time between attempts
		count     int           // of attempts in ten minutes, at most
	}{
		{"nothing new", "K-17 ATK-F03", nil, 30 * time.Second, 30},
		{"failing", "K-17 ATK-F02", internalError, 10 * time.Second, 70},
		{"failing every second time", "", func(r *http.Request) (*http.Response, error) {
			if n++; n%2 == 0 {
				return internalError(r)
			}
			return respond(r, 200, same), nil
		}, 10 * time.Second, 600},
		{"news each time", "", func(r *http.Request) (*http.Response, error) {
			return respond(r, 200, signerSet(newSigner("a"))), nil
		}, time.Second, 4220},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			synctest.Test(t, func(t *testing.T) {
				issuer := newIssuer(newSigner("a"))
				r := ring(t, issuer, direct)
				warm(t, r)
				issuer.fail(c.fault)
				start := time.Now()
				for i := range 60_000 {
					time.Sleep(10 * time.Millisecond)
					if _, err := r.Keys(t.Context(), fmt.Sprint(i), "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
						t.Fatalf("%v", err)
					}
				}
				times := issuer.times[1:]
				if len(times) > c.count {
					t.Errorf("%d attempts in %v", len(times), time.Since(start))
				}
				for i := 1; i < len(times); i++ {
					if gap := times[i].Sub(times[i-1]); gap > c.most+20*time.Millisecond {
						t.Errorf("%v between two attempts", gap)
					}
					if i >= 9 && i < len(times)-20 && i > 20 && times[i].Sub(times[i-9]) < time.Second {
						t.Errorf("ten attempts within a second")
					}
				}
				t.Logf("%d attempts in ten minutes of flood", len(times))
			})
		})
	}
}

// TestNewKeyDuringFlood measures how long a new key is unknown while 500
// made-up key IDs a second arrive.
func TestNewKeyDuringFlood(t *testing.T) {
	var worst time.Duration
	for _, after := range []time.Duration{0, 2 * time.Second, 5 * time.Second, 10 * time.Second, time.Minute,
		9 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			a, b := newSigner("a"), newSigner("b")
			issuer := newIssuer(a)
			r := ring(t, issuer, direct)
			warm(t, r)
			start, n := time.Now(), 0
			flood := func() {
				n++
				r.Keys(t.Context(), fmt.Sprint("made up ", n), "EdDSA")
				time.Sleep(2 * time.Millisecond)
			}
			for time.Since(start) < after {
				flood()
			}
			issuer.publish(a, b)
			published := time.Now()
			for {
				flood()
				if ok, _ := b.admitted(t.Context(), r, "b"); ok {
					break
				}
			}
			took := time.Since(published)
			t.Logf("published after %v of flood: admitted after %v, %d fetches in all", after, took, issuer.fetches())
			worst = max(worst, took)
		})
	}
	if worst > 31*time.Second {
		t.Errorf("a new key was unknown for %v", worst)
	}
}

// TestLongKeyID: a key ID that is too long for any key causes no fetch.
func TestLongKeyID(t *testing.T) {
	virtual(t, "a kid of 2 KiB", func(t *testing.T) {
		covers(t, "ATK-B07")
		issuer := newIssuer(newSigner("a"))
		r := ring(t, issuer, direct)
		warm(t, r)
		if _, err := r.Keys(t.Context(), strings.Repeat("k", 2048), "EdDSA"); !errors.Is(err,
			keyring.ErrUnknownKey) || issuer.fetches() != 1 {
			t.Errorf("%v, %d fetches", err, issuer.fetches())
		}
	})
}

// TestFloorResets: a new key gives the burst back, and so does a minute without
// attempts.
func TestFloorResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, c := newSigner("a"), newSigner("b"), newSigner("c")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct)
		warm(t, r)
		spend := func() {
			for i := range 20 {
				r.Keys(t.Context(), fmt.Sprint(time.Now(), i), "EdDSA")
			}
		}
		spend()
		issuer.publish(a, b)
		time.Sleep(6500 * time.Millisecond) // past the first floor
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Fatal(err)
		}
		issuer.publish(a, b, c)
		if ok, err := c.admitted(t.Context(), r, "c"); !ok {
			t.Errorf("right after a new key: %v", err)
		}
		d := newSigner("d")
		for range 8 {
			spend()
			time.Sleep(5 * time.Second)
		}
		issuer.publish(d)
		if ok, _ := d.admitted(t.Context(), r, "d"); ok {
			t.Error("no floor after a flood")
		}
		issuer.publish(a, b, c)
		time.Sleep(time.Minute)
		before := issuer.fetches()
		spend()
		if n := issuer.fetches() - before; n != 3 {
			t.Errorf("%d fetches after a minute without attempts, want 3", n)
		}
	})
}

// TestMissingKey: one client with an outdated key does not use up the fetches
// that a rotation needs, and a key that is published late is found soon.
func TestMissingKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, late := newSigner("a"), newSigner("b"), newSigner("late")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct, func(_ *keyring.Source, o *keyring.Options) {})
		issuer.header.Set("Cache-Control", "max-age=3600")
		warm(t, r)
		for range 30 * 60 * 10 { // half an hour
			if _, err := r.Keys(t.Context(), "outdated", "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := issuer.fetches(); n > 20 {
			t.Errorf("one outdated key ID caused %d fetches in half an hour", n)
		}
		issuer.publish(a, b)
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Errorf("a rotation during requests for an outdated key ID: %v", err)
		}
		outdated := newSigner("outdated")
		issuer.publish(a, b, outdated)
		if ok, err := outdated.admitted(t.Context(), r, "outdated"); !ok {
			t.Errorf("a key ID that was missing, after a new key: %v", err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		r.Keys(t.Context(), "late", "EdDSA")
		time.Sleep(2 * time.Second)
		issuer.publish(a, b, late)
		for {
			if ok, _ := late.admitted(t.Context(), r, "late"); ok {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("a key published after 2 s was admitted after %v", took)
		}
	})
}

// TestRetryAfter: Retry-After is honoured for a bounded time.
func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name, field string
		status      int
		want        time.Duration // between the first attempt and the next
	}{
		{"seconds", "20", 429, 20 * time.Second},
		{"503", "20", 503, 20 * time.Second},
		{"not for other statuses", "20", 500, 0},
		{"an hour is bounded", "3600", 429, time.Minute},
		{"a date", "Sat, 01 Jan 2000 00:00:30 GMT", 429, 30 * time.Second},
		{"a date of the past", "Fri, 31 Dec 1999 00:00:30 GMT", 429, time.Second},
		{"nonsense", "soon", 429, time.Second},
		{"negative", "-5", 429, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := newIssuer(newSigner("a"))
				issuer.fail(func(r *http.Request) (*http.Response, error) {
					response := respond(r, c.status, "")
					response.Header.Set("Retry-After", c.field)
					return response, nil
				})
				r := ring(t, issuer, direct)
				for issuer.fetches() < 2 {
					_, err := r.Keys(t.Context(), "a", "EdDSA")
					var gone *keyring.UnavailableError
					if !errors.As(err, &gone) {
						t.Fatal(err)
					}
					if c.want > 0 && issuer.fetches() == 1 && time.Since(issuer.times[0])+gone.RetryAfter != c.want {
						t.Fatalf("RetryAfter %v after %v", gone.RetryAfter, time.Since(issuer.times[0]))
					}
					time.Sleep(time.Second)
				}
				if gap := issuer.times[1].Sub(issuer.times[0]); gap != c.want {
					t.Errorf("%v between attempts, want %v", gap, c.want)
				}
			})
		})
	}
}
