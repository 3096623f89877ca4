package middleware_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

func TestLogLevels(t *testing.T) {
	for _, c := range []struct {
		name  string
		event middleware.Event
		level string
	}{
		{"keys failed", middleware.Event{Kind: middleware.EventKeysFailed, Fault: "timeout"}, "ERROR"},
		{"keys came although the metadata failed", middleware.Event{Kind: middleware.EventKeysFetched,
			Fault: "not_found"}, "WARN"},
		{"keys came", middleware.Event{Kind: middleware.EventKeysFetched}, "DEBUG"},
		{"keys changed", middleware.Event{Kind: middleware.EventKeysRotated, Added: []string{"k"}}, "INFO"},
		{"unavailable", middleware.Event{Kind: middleware.EventRefused, Reason: middleware.ErrUnavailable}, "WARN"},
		{"a refusal with a hint", middleware.Event{Kind: middleware.EventRefused,
			Reason: middleware.ErrWrongAudience, Hint: "h"}, "WARN"},
		{"any other refusal", middleware.Event{Kind: middleware.EventRefused,
			Reason: middleware.ErrExpired}, "INFO"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
			middleware.LogEvent(t.Context(), log, c.event)
			if !strings.Contains(b.String(), "level="+c.level+" ") {
				t.Errorf("%q, want level %s", b.String(), c.level)
			}
		})
	}
}

// TestFailedFetchSaysHowLong: the line of a failed fetch says whether tokens are
// rejected already, and if not, from when on.
func TestFailedFetchSaysHowLong(t *testing.T) {
	const advice = "start the issuer's server, or correct its address in Issuer: nothing accepts connections there; "
	var hint atomic.Value
	observe := func(c *middleware.Config) {
		c.Observe = func(_ context.Context, e middleware.Event) {
			if e.Kind == middleware.EventKeysFailed {
				hint.Store(e.Hint)
			}
		}
	}
	inBubble(t, observe, func(t *testing.T, o outage) {
		fetched := time.Now()
		o.good(t, "at first")
		o.Down()
		time.Sleep(20 * time.Minute) // virtual: a refresh is due by then
		o.good(t, "with the issuer down")
		synctest.Wait()
		if want := advice + "the cached keys stay usable until " +
			fetched.Add(24*time.Hour).UTC().Format(time.RFC3339); hint.Load() != want {
			t.Errorf("%q, want %q", hint.Load(), want)
		}
	})
	inBubble(t, observe, func(t *testing.T, o outage) {
		o.Down()
		o.verify(o.Mint(nil))
		synctest.Wait()
		if want := advice + "there are no keys: requests with tokens of this issuer get 503"; hint.Load() != want {
			t.Errorf("%q, want %q", hint.Load(), want)
		}
	})
}

// TestDialectIsNamed: logs and the health report name the dialect of an issuer.
func TestDialectIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosted{testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}}),
			"http://127.0.0.1/", false}
		var log lockedBuffer
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{h.Audience()},
			Issuers: []middleware.Issuer{{
				URL: h.base + "{tenant}", TenantPattern: "[a-z]+", Dialect: claims.Dialect{Name: "acme-sso"},
				DangerouslyAllowPrivateAddresses: true,
			}},
			HTTPClient: &http.Client{Transport: h},
			Logger:     slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = auth.Verify(t.Context(), h.Mint(map[string]any{"iss": h.base + "acme", "aud": "other"}))
		_, _ = auth.Verify(t.Context(), h.Mint(map[string]any{"iss": "https://elsewhere.example.com"}))
		synctest.Wait()
		for line := range strings.Lines(log.String()) {
			if known := !strings.Contains(line, "unknown_issuer"); strings.Contains(line,
				"dialect=acme-sso") != known {
				t.Errorf("the dialect is named: %v, want %v in %s", !known, known, line)
			}
		}
		if sets := auth.Health(); len(sets) != 1 || sets[0].Dialect != "acme-sso" {
			t.Errorf("health: %+v", sets)
		}
	})
}

// TestFirstKeysAreNoRotation: the first key set of an issuer is logged as
// fetched only, a change of it as rotated with the ids that came and went.
func TestFirstKeysAreNoRotation(t *testing.T) {
	var mu sync.Mutex
	var kinds []middleware.EventKind
	inBubble(t, func(c *middleware.Config) {
		c.Observe = func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Kind != middleware.EventRefused {
				kinds = append(kinds, e.Kind)
			}
		}
	}, func(t *testing.T, o outage) {
		want := func(want ...middleware.EventKind) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(kinds, want) {
				t.Errorf("events %q, want %q", kinds, want)
			}
			kinds = nil
		}
		o.good(t, "at first")
		want("keys_fetched")
		o.RotateAndDrop()
		o.good(t, "after a rotation")
		want("keys_fetched", "keys_rotated")
	})
}

// lockedBuffer is a bytes.Buffer for several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
