package keyring

import "time"

// How long a key set is fresh.
const (
	freshDefault = 10 * time.Minute // if the response does not say
	freshMin     = time.Minute      // bounds of what the response may say
	freshMax     = time.Hour
)

// When the next attempt may start.
const (
	burst          = 3                // attempts without a floor between them
	floorMin       = time.Second      // the floor after the burst
	floorIdle      = 5 * time.Second  // where it begins while attempts succeed and find nothing new
	floorMax       = 30 * time.Second // its cap while attempts find nothing new
	floorFailed    = 10 * time.Second // its cap while attempts fail
	floorEmpty     = 5 * time.Second  // its cap while there are no usable keys at all, or for a wanted key ID
	floorWanted    = 3 * time.Second  // its cap for a wanted key ID while attempts succeed
	refillInterval = floorMin / 2     // between the times that a new key gives the burst back
	quiet          = 2 * floorMax     // after this time without an attempt the burst is back
	backoffMax     = time.Minute      // between failed background refreshes
	retryInterval  = 10 * time.Second // between attempts for key IDs that were not found before
)

// What is said of an outage while there are keys.
const (
	outageBurst    = 10              // requests that learn of it at once
	outageInterval = 6 * time.Second // and one more after each of these
)

// reason is why an attempt is made.
type reason int

const (
	refreshDue   reason = iota // the keys are not fresh; no request waits for it
	keyUnknown                 // a request needs a key that the ring does not have
	keyMissed                  // the same, and a fetch did not find it before
	badSignature               // a token names a key that does not verify it
)

// schedule decides when the next attempt may start. Two rules bound attempts
// that a request waits for:
//
//   - At most three at once, and one a second after that. An attempt that finds a
//     new key gives the three back, but only twice a second, because a cluster
//     whose members publish different sets has new keys each time.
//   - While attempts find nothing new, the time between them grows, except for a
//     key ID that several requests name.
//
// Attempts for key IDs that a fetch did not find before have a budget of their own,
// so that outdated tokens do not use up the attempts of the next new key. Attempts for
// tokens with a bad signature, which anyone can send, share it. The time between those
// grows in addition while they find nothing new, as for new key IDs.
//
// All times are Unix nanoseconds of the ring's clock. The zero schedule lets the
// first attempt start.
type schedule struct {
	attempts   bucket  // attempts for new key IDs: the burst, and one more a second
	retries    bucket  // attempts for key IDs that a fetch did not find before, and for bad signatures
	refills    bucket  // times that a new key gave the burst back
	outages    bucket  // requests that learned of an outage
	misses     int     // attempts for new key IDs, in a row, that found no new key
	missed     int64   // end of the last attempt for a new key ID
	vain       int     // attempts for bad signatures, in a row, that found no new key
	vainAt     int64   // end of the last attempt for a bad signature
	failures   int     // attempts of any kind, in a row, that failed
	last       int64   // end of the last attempt
	retryAfter int64   // the issuer asked for no request until then
	jitter     float64 // of the last attempt, in [0, 1)
}

// wait returns how long an attempt that a request waits for is delayed, 0 if it
// may start now. usable says whether there are keys that serve meanwhile.
//
// After a clock was set back it is 0: a floor that lies in the future by mistake
// must not stop all fetches.
func (s *schedule) wait(now int64, usable bool) time.Duration {
	if now < s.last {
		return 0
	}
	next := s.retryAfter
	next = max(next, now+int64(s.attempts.wait(now, burst, floorMin)))
	if s.misses >= burst && now-s.missed < int64(quiet) {
		next = max(next, s.last+int64(s.floor(usable)))
	}
	return time.Duration(max(0, next-now))
}

// waitFor is wait for an attempt that one request needs. wanted says that several requests
// name its key ID.
func (s *schedule) waitFor(now int64, usable bool, why reason, wanted bool) time.Duration {
	d := s.wait(now, usable)
	switch {
	case !usable || now < s.last:
		return d
	case why == badSignature:
		return s.waitUnverified(now)
	case why == keyMissed:
		d = max(time.Duration(s.retryAfter-now), s.retries.wait(now, burst, retryInterval))
	}
	if wanted {
		d = min(d, s.waitWanted(now))
	}
	return d
}

// waitWanted returns how long an attempt for a key ID that several requests name is
// delayed.
func (s *schedule) waitWanted(now int64) time.Duration {
	floor := floorWanted
	if s.failures > 0 {
		floor = floorEmpty
	}
	return time.Duration(max(0, s.retryAfter-now, s.last+int64(floor)-now))
}

// waitUnverified returns how long an attempt for a token with a bad signature is delayed. It
// does not depend on the key that the token names: each fetch shows all keys.
func (s *schedule) waitUnverified(now int64) time.Duration {
	next := max(s.retryAfter, now+int64(s.retries.wait(now, burst, retryInterval)))
	if s.vain >= burst && now-s.vainAt < int64(quiet) {
		floor := spread(double(floorIdle, s.vain-burst, floorMax), s.jitter)
		next = max(next, s.last+int64(min(floor, floorMax)))
	}
	return time.Duration(max(0, next-now))
}

// started records the start of an attempt.
func (s *schedule) started(now int64, why reason) {
	switch why {
	case keyUnknown:
		s.attempts.take(now, burst, floorMin)
	case keyMissed, badSignature:
		s.retries.take(now, burst, retryInterval)
	}
}

// tellOutage reports whether one more request may learn of an outage.
func (s *schedule) tellOutage(now int64) bool {
	if s.outages.wait(now, outageBurst, outageInterval) > 0 {
		return false
	}
	s.outages.take(now, outageBurst, outageInterval)
	return true
}

// floor returns the time between attempts after the burst.
func (s *schedule) floor(usable bool) time.Duration {
	base, limit := floorIdle, floorMax
	switch {
	case !usable:
		base, limit = floorMin, floorEmpty
	case s.failures > 0:
		base, limit = floorMin, floorFailed
	}
	return min(limit, spread(double(base, s.misses-burst, limit), s.jitter))
}

// ended records the end of an attempt. foundNew says that it found a key which was not
// there before.
func (s *schedule) ended(now int64, why reason, failed, foundNew bool, jitter float64) {
	if now-s.missed >= int64(quiet) {
		s.misses = 0
	}
	if now-s.vainAt >= int64(quiet) {
		s.vain = 0
	}
	if now < s.last { // the clock was set back: what was recorded lies in the future
		s.attempts, s.retries, s.refills, s.outages, s.retryAfter = bucket{}, bucket{}, bucket{}, bucket{}, 0
	}
	switch why {
	case keyUnknown:
		s.missed = now
	case badSignature:
		s.vainAt = now
	}
	s.last, s.jitter = now, jitter
	switch {
	case foundNew:
		s.misses, s.vain = 0, 0
		if s.refills.wait(now, burst, refillInterval) == 0 {
			s.refills.take(now, burst, refillInterval)
			s.attempts = bucket{}
		}
	case why == keyUnknown:
		s.misses++
	case why == badSignature:
		s.vain++
	}
	if failed {
		s.failures++
		return
	}
	if s.failures > 0 {
		// The issuer is back: what its outage added to the floor is dropped. The
		// floor itself stays, or an issuer that fails every second request would
		// have none.
		s.misses = min(s.misses, burst)
	}
	s.failures, s.retryAfter = 0, 0
}

// backoff returns the time until a background refresh is tried again after a
// failure.
func (s *schedule) backoff() time.Duration {
	return spread(double(floorMin, s.failures-1, backoffMax), s.jitter)
}

// freshFor returns how long a key set is fresh: what the response said, within
// bounds, less up to a tenth, so that many processes that started together do
// not refresh together.
func freshFor(said time.Duration, ok bool, jitter float64) time.Duration {
	d := freshDefault
	if ok {
		d = min(max(said, freshMin), freshMax)
	}
	return max(freshMin, d-time.Duration(float64(d)*jitter/10))
}
