package middleware

import (
	"context"
	"log/slog"
)

// logEvent writes one line about e to l, as Config.Logger describes it.
func logEvent(ctx context.Context, l *slog.Logger, e Event) {
	level := slog.LevelInfo
	switch {
	case e.Kind == EventKeysFailed:
		level = slog.LevelError
	case e.Reason == ErrUnavailable || e.Hint != "" && !e.quiet || e.Fault != "":
		level = slog.LevelWarn
	case e.Kind == EventKeysFetched || e.Kind == EventAdmitted:
		level = slog.LevelDebug
	}
	if !l.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 14)
	for _, a := range []struct{ name, value string }{
		{"reason", string(e.Reason)}, {"issuer", e.Issuer}, {"source", e.Source}, {"client_id", e.ClientID},
		{"dialect", e.Dialect}, {"method", e.Method}, {"route", e.Route}, {"need", e.Need},
		{"fault", e.Fault}, {"hint", e.Hint},
	} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.name, a.value))
		}
	}
	if len(e.Missing) > 0 {
		attrs = append(attrs, slog.Any("missing", e.Missing))
	}
	if e.Cached {
		attrs = append(attrs, slog.Bool("cached", true))
	}
	if len(e.Remarks) > 0 {
		attrs = append(attrs, slog.Any("remarks", e.Remarks))
	}
	if len(e.Added) > 0 {
		attrs = append(attrs, slog.Any("added", e.Added))
	}
	if len(e.Removed) > 0 {
		attrs = append(attrs, slog.Any("removed", e.Removed))
	}
	if e.Duration > 0 {
		attrs = append(attrs, slog.Duration("duration", e.Duration))
	}
	l.LogAttrs(ctx, level, "bearerguard: "+string(e.Kind), attrs...)
}
