package middleware

import (
	"context"
	"log/slog"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// An observer counts, and passes events to Config.Logger and Config.Observe, if there
// are any.
type observer struct {
	counts     *counters
	admissions bool // for which there are events
	log        *slog.Logger
	call       func(context.Context, Event)
}

func (o observer) report(ctx context.Context, e Event) {
	if o.log != nil {
		logEvent(ctx, o.log, e)
	}
	if o.call != nil {
		o.call(ctx, e)
	}
}

// refused reports e and returns it as the error that callers get. dialect is the name
// of the issuer's Dialect.
func (o observer) refused(ctx context.Context, e *Error, dialect string) error {
	o.report(ctx, Event{Kind: EventRefused, Reason: e.Reason, Issuer: e.Issuer, Dialect: dialect,
		ClientID: e.ClientID, Hint: e.Hint, quiet: e.quiet,
		Method: e.Method, Route: e.Route, Need: e.Need, Missing: e.Missing})
	return e
}

// reportFetch is report for the goroutine of a fetch. A panic in the owner's code
// would end the process there: nothing recovers, as net/http does for a request.
func (o observer) reportFetch(e Event) {
	ctx := context.Background()
	if o.log != nil {
		recovered(func() { logEvent(ctx, o.log, e) })
	}
	if o.call != nil && recovered(func() { o.call(ctx, e) }) && o.log != nil {
		recovered(func() {
			o.log.LogAttrs(ctx, slog.LevelError, "bearerguard: Config.Observe panicked", slog.String("event", string(e.Kind)))
		})
	}
}

// recovered calls f and reports whether it panicked. The value of the panic is
// dropped, because it may hold anything.
func recovered(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

// safeClock returns now for goroutines of fetches. Where now panics, the time is that
// of the system.
func safeClock(now func() time.Time) func() time.Time {
	return func() (t time.Time) {
		if recovered(func() { t = now() }) {
			t = time.Now()
		}
		return t
	}
}

// keys reports what happened to a key ring of issuer.
func (o observer) keys(issuer *Issuer, e keyring.Event) {
	o.counts.keys(e.Kind)
	event := Event{Issuer: e.Issuer, Source: issuer.source(), Dialect: issuer.Dialect.Name,
		Fault: string(e.Fault), Added: e.Added, Removed: e.Removed, Duration: e.Duration}
	switch e.Kind {
	case keyring.EventFetched:
		event.Kind = EventKeysFetched
	case keyring.EventRotated:
		event.Kind = EventKeysRotated
	case keyring.EventFailed:
		event.Kind, event.Hint = EventKeysFailed, adviseFault(e.Fault)+looksLike(string(e.Looks))
		if e.Until.IsZero() {
			event.Hint += "; there are no keys: requests with tokens of this issuer get 503"
		} else {
			event.Hint += "; the cached keys stay usable until " + e.Until.UTC().Format(time.RFC3339)
		}
	}
	for _, remark := range e.Remarks {
		event.Remarks = append(event.Remarks, remark.KeyID+": "+string(remark.Note))
	}
	o.reportFetch(event)
}
