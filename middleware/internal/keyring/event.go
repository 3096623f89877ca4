package keyring

import (
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// EventKind is a kind of Event.
type EventKind string

// The kinds of events. An attempt causes one EventFetched or EventFailed and, if
// the keys are not those before, one EventRotated after it. The first keys cause
// none.
const (
	EventFetched EventKind = "fetched" // a usable key set came, changed or not
	EventRotated EventKind = "rotated" // keys were added or removed
	EventFailed  EventKind = "failed"  // no usable key set came; the old keys stay
)

// Event is an event of a ring, for logs and metrics. Except for the name of a
// tenant in Issuer, it holds nothing that a client chose.
type Event struct {
	Kind     EventKind
	Issuer   string
	Template string        // of the Tenants that the ring belongs to: a label that tokens do not choose
	Duration time.Duration // of the attempt
	Requests int           // HTTP requests of the attempt

	// Fault is why an attempt failed. With EventFetched it says that the
	// metadata failed although the keys came.
	Fault fault.Fault

	// Until is when the present keys expire unless an attempt succeeds, for
	// EventFailed. It is zero if there are none.
	Until time.Time

	// Added and Removed are the key IDs of an EventRotated, bounded and
	// printable.
	Added, Removed []string

	// Remarks are about unusual keys of the set that came, bounded: of an
	// EventFetched, or of an EventFailed whose Fault says that a set is unusable.
	Remarks []jwks.Remark

	// Looks says what a document is that is no key set, for an EventFailed. It is
	// empty if that is not known.
	Looks jwks.Looks
}
