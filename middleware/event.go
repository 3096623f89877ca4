package middleware

import (
	"context"
	"log/slog"
	"time"
)

// An Event is what Config.Observe is called with. Of a token it holds only what a
// verified signature covers, and the name of a tenant that Issuer.TenantPattern
// allows.
type Event struct {
	Kind EventKind
	// Reason is why the request was rejected, for EventRefused.
	Reason Reason
	// Issuer is the configured issuer's URL, "" if the token names none. In an
	// event about a key set it is the tenant's, which a token may have made up as
	// far as Issuer.TenantPattern allows: do not use it as a label of a metric
	// then.
	Issuer string
	// Dialect is the Name of the issuer's Dialect, "" if it has none.
	Dialect string
	// ClientID is the client of a token whose signature is verified, else "".
	ClientID string
	// Hint says what to do, for well-known causes of EventRefused; for
	// EventKeysFailed it says how long the cached keys stay usable.
	Hint string
	// Fault is a fixed word for what went wrong, for EventKeysFailed, and for
	// EventKeysFetched if the keys came although the metadata failed.
	Fault string
	// Added and Removed are key ids, for EventKeysRotated.
	Added, Removed []string
	// Duration is how long the fetch took.
	Duration time.Duration
}

// An EventKind says what an Event is about. It is the word of the log line.
type EventKind string

const (
	// EventRefused: a request or token was rejected. Reason, Issuer, ClientID and
	// Hint tell why.
	EventRefused EventKind = "refused"
	// EventKeysFetched: an issuer's key set was fetched and is usable.
	EventKeysFetched EventKind = "keys_fetched"
	// EventKeysRotated: the key set that was fetched differs from the one before.
	// Added and Removed hold the ids of the keys that came and went. The first
	// key set of an issuer is no rotation.
	EventKeysRotated EventKind = "keys_rotated"
	// EventKeysFailed: a fetch of metadata or of a key set failed. Fault tells how.
	EventKeysFailed EventKind = "keys_failed"
)

// LogEvents returns a function for Config.Observe that writes one line per event
// to l:
//
//   - as an error: a fetch that failed
//   - as a warning: a rejected request whose cause the API's side may have to
//     remove, and keys that came although the metadata failed
//   - as information: any other rejected request, and a change of keys
//   - for debugging: a fetch that succeeded
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
		attrs := make([]slog.Attr, 0, 9)
		for _, a := range []struct{ name, value string }{
			{"reason", string(e.Reason)}, {"issuer", e.Issuer}, {"client_id", e.ClientID},
			{"dialect", e.Dialect}, {"fault", e.Fault}, {"hint", e.Hint},
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
