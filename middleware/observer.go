package middleware

import (
	"cmp"
	"context"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// An observer calls Config.Observe, if there is one.
type observer struct {
	call     func(context.Context, Event)
	dialects map[string]string // the names, by Issuer.URL
}

func newObserver(c *checkedConfig) observer {
	o := observer{call: c.Observe, dialects: map[string]string{}}
	for i := range c.Issuers {
		o.dialects[c.Issuers[i].URL] = c.Issuers[i].Dialect.Name
	}
	return o
}

// refused reports e and returns it as the error that callers get.
func (o observer) refused(ctx context.Context, e *Error) error {
	if o.call != nil {
		o.call(ctx, Event{Kind: EventRefused, Reason: e.Reason, Issuer: e.Issuer, Dialect: o.dialects[e.Issuer],
			ClientID: e.ClientID, Hint: e.Hint})
	}
	return e
}

// keys reports what happened to a key ring.
func (o observer) keys(e keyring.Event) {
	if o.call == nil {
		return
	}
	event := Event{Issuer: e.Issuer, Dialect: o.dialects[cmp.Or(e.Template, e.Issuer)],
		Fault: string(e.Fault), Added: e.Added, Removed: e.Removed, Duration: e.Duration}
	switch e.Kind {
	case keyring.EventFetched:
		event.Kind = EventKeysFetched
	case keyring.EventRotated:
		event.Kind = EventKeysRotated
	case keyring.EventFailed:
		event.Kind, event.Hint = EventKeysFailed, "there are no keys: requests with tokens of this issuer get 503"
		if !e.Until.IsZero() {
			event.Hint = "the cached keys stay usable until " + e.Until.UTC().Format(time.RFC3339)
		}
	}
	o.call(context.Background(), event)
}
