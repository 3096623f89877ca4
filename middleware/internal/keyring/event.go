package keyring

import (
	"strings"
	"time"
)

// EventKind is what happened to a ring.
type EventKind string

// The kinds of events. An attempt gives one EventFetched or EventFailed and, if
// the keys differ from those before, one EventRotated after it.
const (
	EventFetched EventKind = "fetched" // a good answer, changed or not
	EventRotated EventKind = "rotated" // keys were added or removed
	EventFailed  EventKind = "failed"  // no good answer; the old keys stay
)

// Event is something that happened to a ring, for logs and metrics. It holds
// nothing that a caller of the API chose, but for the name of the tenant in the
// Issuer of a family's ring.
type Event struct {
	Kind     EventKind
	Issuer   string
	Template string        // of the family the ring belongs to: a label that tokens do not choose
	Duration time.Duration // of the attempt
	Requests int           // HTTP requests of the attempt

	// Fault is why an attempt failed. With EventFetched it says that keys came
	// although the metadata failed.
	Fault Fault

	// Until is when the keys that are there stop serving unless an attempt
	// succeeds, for EventFailed; zero if there are none or never.
	Until time.Time

	// Added and Removed are the ids of an EventRotated, bounded and escaped.
	Added, Removed []string

	// Remarks are the oddities of the keys of an EventFetched, bounded.
	Remarks []Remark
}

// printable returns a key id fit for logs and pages: at most 64 bytes of
// visible ASCII.
func printable(kid string) string {
	const limit = 64
	var b strings.Builder
	for _, r := range kid {
		if b.Len() >= limit {
			b.WriteString("...")
			break
		}
		if r > ' ' && r < 0x7f {
			b.WriteRune(r)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}
