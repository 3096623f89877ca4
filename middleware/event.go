package middleware

import (
	"context"
	"log/slog"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// An EventKind says what an Event is about.
type EventKind string

const (
	// EventRefused: a request or token was refused; Reason, Issuer, ClientID and
	// Hint tell why.
	EventRefused EventKind = "refused"
	// EventKeysFetched: an issuer's key set was fetched and is usable.
	EventKeysFetched EventKind = "keys_fetched"
	// EventKeysRotated: keys came or went; Added and Removed hold their ids.
	EventKeysRotated EventKind = "keys_rotated"
	// EventKeysFailed: a fetch of metadata or key set failed; Fault tells how.
	EventKeysFailed EventKind = "keys_failed"
)

// An Event is something worth a log line or a metric. It holds nothing of a
// token but what a good signature vouches for, and the name of a tenant that
// Issuer.TenantPattern allows.
type Event struct {
	Kind EventKind
	// Reason is why, for EventRefused.
	Reason Reason
	// Issuer is the configured issuer's URL, "" if the token names none. In what
	// is about key sets it is the tenant's, which a token may have made up as
	// far as Issuer.TenantPattern allows: no label for a metric then.
	Issuer string
	// ClientID is the verified token's client, "" if the signature does not
	// hold.
	ClientID string
	// Hint is what to look at or to change, for well-known causes, and for
	// EventKeysFailed how long the keys serve that are there.
	Hint string
	// Fault is a fixed word for what went wrong, for EventKeysFailed, and for
	// EventKeysFetched if keys came although the metadata failed.
	Fault string
	// Added and Removed are key ids, for EventKeysRotated.
	Added, Removed []string
	// Duration is how long the fetch took.
	Duration time.Duration
}

// An observer is Config.Observe.
type observer func(context.Context, Event)

// refused reports e and returns it as the error that callers get.
func (o observer) refused(ctx context.Context, e *Error) error {
	if o != nil {
		o(ctx, Event{Kind: EventRefused, Reason: e.Reason, Issuer: e.Issuer, ClientID: e.ClientID, Hint: e.Hint})
	}
	return e
}

// observeKeys passes on what a key ring reports.
func (o observer) keys(e keyring.Event) {
	if o == nil {
		return
	}
	event := Event{Issuer: e.Issuer, Fault: string(e.Fault), Added: e.Added, Removed: e.Removed, Duration: e.Duration}
	switch e.Kind {
	case keyring.EventFetched:
		event.Kind = EventKeysFetched
	case keyring.EventRotated:
		event.Kind = EventKeysRotated
	case keyring.EventFailed:
		event.Kind, event.Hint = EventKeysFailed, "there are no keys: its tokens are answered 503"
		if !e.Until.IsZero() {
			event.Hint = "the keys fetched before serve until " + e.Until.UTC().Format(time.RFC3339)
		}
	}
	o(context.Background(), event)
}

// LogEvents returns an Observe function that writes one line per event to l:
// failing key sets as errors, key sets that came although their metadata failed
// as warnings, refusals as warnings if the API's side may have to act and as
// informational otherwise, as changes of keys are, the rest for debugging.
func LogEvents(l *slog.Logger) func(context.Context, Event) {
	return func(ctx context.Context, e Event) {
		level := slog.LevelInfo
		switch {
		case e.Kind == EventKeysFailed:
			level = slog.LevelError
		case e.Reason == ErrUnavailable || e.Hint != "" || e.Fault != "":
			level = slog.LevelWarn
		case e.Kind == EventKeysFetched:
			level = slog.LevelDebug
		}
		if !l.Enabled(ctx, level) {
			return
		}
		attrs := make([]slog.Attr, 0, 8)
		for _, a := range []struct{ name, value string }{
			{"reason", string(e.Reason)}, {"issuer", e.Issuer}, {"client_id", e.ClientID},
			{"fault", e.Fault}, {"hint", e.Hint},
		} {
			if a.value != "" {
				attrs = append(attrs, slog.String(a.name, a.value))
			}
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
}
