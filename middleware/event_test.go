package middleware_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestLogEventsLevels: who is woken up by a line depends on its level.
func TestLogEventsLevels(t *testing.T) {
	for _, c := range []struct {
		name  string
		event middleware.Event
		level string
	}{
		{"keys failed", middleware.Event{Kind: middleware.EventKeysFailed, Fault: "timeout"}, "ERROR"},
		{"keys came although the metadata failed", middleware.Event{Kind: middleware.EventKeysFetched, Fault: "not_found"}, "WARN"},
		{"keys came", middleware.Event{Kind: middleware.EventKeysFetched}, "DEBUG"},
		{"keys changed", middleware.Event{Kind: middleware.EventKeysRotated, Added: []string{"k"}}, "INFO"},
		{"unavailable", middleware.Event{Kind: middleware.EventRefused, Reason: middleware.ErrUnavailable}, "WARN"},
		{"a refusal with a hint", middleware.Event{Kind: middleware.EventRefused, Reason: middleware.ErrWrongAudience, Hint: "h"}, "WARN"},
		{"any other refusal", middleware.Event{Kind: middleware.EventRefused, Reason: middleware.ErrExpired}, "INFO"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
			middleware.LogEvents(log)(t.Context(), c.event)
			if !strings.Contains(b.String(), "level="+c.level+" ") {
				t.Errorf("%q, want level %s", b.String(), c.level)
			}
		})
	}
}

// TestFailedFetchSaysHowLong: whoever is woken up by a failed fetch knows from the
// line whether tokens are refused already, and if not, from when on.
func TestFailedFetchSaysHowLong(t *testing.T) {
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
		if want := "the keys fetched before serve until " + fetched.Add(24*time.Hour).UTC().Format(time.RFC3339); hint.Load() != want {
			t.Errorf("%q, want %q", hint.Load(), want)
		}
	})
	inBubble(t, observe, func(t *testing.T, o outage) {
		o.Down()
		o.verify(o.Mint(nil))
		synctest.Wait()
		if want := "there are no keys: its tokens are answered 503"; hint.Load() != want {
			t.Errorf("%q, want %q", hint.Load(), want)
		}
	})
}
