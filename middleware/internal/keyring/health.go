package keyring

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// State is the condition of a ring's keys.
type State string

// The states. Keys serve in StateFresh and StateStale.
const (
	StateNever   State = "never"   // no keys were ever fetched
	StateFresh   State = "fresh"   // within their time, or static
	StateStale   State = "stale"   // a refresh is due, under way or failing
	StateExpired State = "expired" // not fetched for 24 hours
)

// Health is the condition of a ring at one time. It holds nothing secret and
// nothing that a client of the API chose.
type Health struct {
	Issuer   string
	Template string // of the Tenants that the ring belongs to
	State    State
	Static   bool // the keys came with the configuration and are never fetched

	// Fault is why the last attempt failed, empty if it did not. While there
	// are keys it may be a fault of the metadata alone.
	Fault fault.Fault

	// FailingSince is when the first of the attempts ended that have failed
	// since the last success; zero if the last one succeeded.
	FailingSince time.Time

	// Fetched is when the keys were last fetched, zero if never. Age is how long
	// ago that was.
	Fetched time.Time
	Age     time.Duration

	// NextAttempt is the earliest time of the next refresh, which the first
	// request after it starts. It is zero if an attempt is under way or none
	// will be made.
	NextAttempt time.Time

	// UsableFor is how long the keys serve if no attempt succeeds, zero if they
	// do not serve, and negative if they never expire.
	UsableFor time.Duration

	KeyIDs   []string // sorted, bounded and printable
	Attempts uint64   // so far
	Requests uint64   // HTTP requests so far

	// Remarks are about unusual keys, bounded: first those of the set that the last
	// attempt got and did not take, for which Fault is the reason, then those of the
	// set in use. Looks says what the last attempt got that is no key set; it is empty
	// if that is not known.
	Remarks []jwks.Remark
	Looks   jwks.Looks
}

// Health returns the condition of the ring. It starts nothing.
func (r *Ring) Health() Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	s := r.current.Load()
	h := Health{
		Issuer:   r.source.Issuer,
		Template: r.template,
		Static:   r.source.static(),
		State:    StateNever,
		Fault:    r.fault,
		Attempts: r.attempts,
		Requests: r.client.Requests(),
	}
	if h.Fault == "" {
		h.Fault = r.metaFault
	}
	if r.failing != 0 {
		h.FailingSince = time.Unix(0, r.failing)
	}
	if r.unusable != nil {
		h.Remarks, h.Looks = slices.Clone(r.unusable.Remarks), r.unusable.Looks
	}
	if s != nil {
		h.Fetched = time.Unix(0, s.fetched)
		h.Age = time.Duration(max(0, now-s.fetched))
		h.KeyIDs = keyIDs(slices.Collect(maps.Values(s.keys)))
		for _, remark := range s.remarks {
			if !slices.Contains(h.Remarks, remark) {
				h.Remarks = append(h.Remarks, remark)
			}
		}
		switch {
		case now >= s.expiresAt:
			h.State = StateExpired
		case now >= s.staleAt:
			h.State = StateStale
		default:
			h.State = StateFresh
		}
		h.UsableFor = time.Duration(max(0, s.expiresAt-now))
	}
	if h.Static {
		h.UsableFor = -1
		return h
	}
	if next := r.nextAttempt(s, now); next != math.MaxInt64 {
		h.NextAttempt = time.Unix(0, max(now, next))
	}
	return h
}

// nextAttempt returns the earliest time of the next one. It is called with the
// lock.
func (r *Ring) nextAttempt(s *snapshot, now int64) int64 {
	switch {
	case r.call != nil || r.retired:
		return math.MaxInt64
	case s.usable(now):
		return r.refreshAt.Load()
	}
	return now + int64(r.schedule.wait(now, false))
}
