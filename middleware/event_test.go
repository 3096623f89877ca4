package middleware_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestLogEventsLevels: who is woken up by a line depends on its level.
func TestLogEventsLevels(t *testing.T) {
	for _, c := range []struct {
		name  string
		event middleware.Event
		level string
	}{
		{"keys failed", middleware.Event{Kind: middleware.KeysFailed, Fault: "timeout"}, "ERROR"},
		{"keys came although the metadata failed", middleware.Event{Kind: middleware.KeysFetched, Fault: "not_found"}, "WARN"},
		{"keys came", middleware.Event{Kind: middleware.KeysFetched}, "DEBUG"},
		{"keys changed", middleware.Event{Kind: middleware.KeysRotated, Added: []string{"k"}}, "INFO"},
		{"unavailable", middleware.Event{Kind: middleware.Refused, Reason: middleware.Unavailable}, "WARN"},
		{"a refusal with a hint", middleware.Event{Kind: middleware.Refused, Reason: middleware.WrongAudience, Hint: "h"}, "WARN"},
		{"any other refusal", middleware.Event{Kind: middleware.Refused, Reason: middleware.Expired}, "INFO"},
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
