package middleware

import "time"

// An Event is what Config.Logger writes a line about and Config.Observe is called
// with. Of a token it holds only what a verified signature covers, and the name of a
// tenant that Issuer.TenantPattern allows.
type Event struct {
	// Kind says what the event is about.
	Kind EventKind
	// Reason is why the request was rejected, for EventRefused.
	Reason Reason
	// Issuer is the configured issuer's URL, "" if the token names none. In an
	// event about a key set it is the tenant's, which a token may have made up as
	// far as Issuer.TenantPattern allows: do not use it as a label of a metric
	// then.
	Issuer string
	// Source is where the configuration says that the keys come from: Issuer.JWKSURL,
	// or else Issuer.MetadataURL, in an event about a key set. It tells the key sets
	// of one issuer apart. It is "" if the issuer's own metadata says where they are.
	Source string
	// Dialect is the Name of the issuer's Dialect, "" if it has none.
	Dialect string
	// ClientID is the client of a token whose signature is verified, else "".
	ClientID string
	// Hint says what to do, for well-known causes of EventRefused; for EventKeysFailed
	// it says what to do about the Fault, and how long the cached keys stay usable.
	Hint string
	// Fault is a fixed word for what went wrong, for EventKeysFailed, and for
	// EventKeysFetched if the keys came although the metadata failed.
	Fault string
	// Remarks name what is odd about keys of the key set, as "id: word", for
	// EventKeysFetched, and for EventKeysFailed why none of them is usable. They are
	// at most 16.
	Remarks []string
	// Added and Removed are key ids, for EventKeysRotated.
	Added, Removed []string
	// Method, Route, Need and Missing are those of the Error, for EventRefused. For
	// EventAdmitted, Need is everything that the guard requires, and Missing is nil.
	Method, Route, Need string
	Missing             []string
	// Cached says that the token was in the cache, for EventAdmitted.
	Cached bool
	// Duration is how long the fetch took, or for EventAdmitted the decision: it is zero
	// if the API vouched for the caller.
	Duration time.Duration

	quiet bool // Hint makes no warning of the log line
}

// An EventKind says what an Event is about. It is the word of the log line.
type EventKind string

// The kinds of events.
const (
	// EventRefused: a request or token was rejected. Reason, Issuer, ClientID and
	// Hint tell why.
	EventRefused EventKind = "refused"
	// EventAdmitted: a request was admitted, see Config.ObserveAdmitted. Issuer,
	// ClientID, Method, Route, Need, Cached and Duration tell more.
	EventAdmitted EventKind = "admitted"
	// EventKeysFetched: an issuer's key set was fetched and is usable.
	EventKeysFetched EventKind = "keys_fetched"
	// EventKeysRotated: the key set that was fetched differs from the one before.
	// Added and Removed hold the ids of the keys that came and went. The first
	// key set of an issuer is no rotation.
	EventKeysRotated EventKind = "keys_rotated"
	// EventKeysFailed: a fetch of metadata or of a key set failed. Fault tells how.
	EventKeysFailed EventKind = "keys_failed"
)
