package keyring

import "time"

// The bounds of the state machine.
const (
	fetchTimeout = 5 * time.Second // for one attempt, discovery included
	callerWait   = 5 * time.Second // for one caller, however many attempts it sees
	retryWindow  = time.Second     // a caller this young retries a failed attempt

	softDefault = 10 * time.Minute // fresh for, if the answer does not say
	softMin     = time.Minute      // bounds of what the answer may say
	softMax     = time.Hour
	hardLimit   = 24 * time.Hour // the last good keys serve this long

	burst        = 3                // attempts without a floor between them
	floorMin     = time.Second      // floor after the burst
	floorIdle    = 5 * time.Second  // and where it begins while attempts succeed and find nothing new
	floorMax     = 30 * time.Second // its cap while attempts find nothing new
	floorFailed  = 10 * time.Second // its cap while attempts fail
	floorEmpty   = 5 * time.Second  // its cap while there are no usable keys at all
	newsInterval = floorMin / 2     // between the times that news gives the burst back
	quiet        = 2 * floorMax     // without any attempt: the burst is back

	backoffMax    = time.Minute        // between failed background refreshes
	retryAfterMax = time.Minute        // the longest Retry-After that is honoured
	metadataTTL   = time.Hour          // discovery is repeated after this
	metadataNews  = 5 * time.Minute    // and after this if a key id stays unknown
	metadataMoved = 20 * time.Second   // and after this if there are no keys where they were
	metadataHard  = 7 * 24 * time.Hour // a jwks_uri is trusted this long without valid metadata
	clockSlack    = time.Minute        // a clock that goes back by more counts as a change
)

// pace decides when the next attempt may start. Two rules hold for attempts on
// demand. There are never more than three of them at once and one a second
// after that; one that finds a new key gives the three back, but only so often,
// because a cluster whose members publish different sets has news each time.
// And while they find nothing new, the time between them grows. All times are Unix nanoseconds of the ring's clock. The zero pace lets
// the first attempt start.
type pace struct {
	attempts  bucket  // of attempts on demand: the burst, one more a second
	news      bucket  // of times that news gave the burst back
	fruitless int     // attempts on demand in a row that found no new key
	failures  int     // attempts of any kind in a row that failed
	last      int64   // end of the last attempt
	hold      int64   // the issuer asked to be left alone until then
	jitter    float64 // of the last attempt, in [0, 1)
}

// wait returns how long an attempt on demand has to wait, 0 if it may start
// now. usable says whether there are keys to serve meanwhile.
//
// A clock that was set back opens the gate: a floor that lies in the future by
// mistake must not lock the ring up.
func (p *pace) wait(now int64, usable bool) time.Duration {
	if now < p.last {
		return 0
	}
	open := p.hold
	open = max(open, now+int64(p.attempts.wait(now, burst, floorMin)))
	if p.fruitless >= burst {
		open = max(open, p.last+int64(p.floor(usable)))
	}
	return time.Duration(max(0, open-now))
}

// started notes the start of an attempt on demand.
func (p *pace) started(now int64) { p.attempts.take(now, burst, floorMin) }

// floor returns the time between attempts on demand after the burst.
func (p *pace) floor(usable bool) time.Duration {
	base, limit := floorIdle, floorMax
	switch {
	case !usable:
		base, limit = floorMin, floorEmpty
	case p.failures > 0:
		base, limit = floorMin, floorFailed
	}
	return min(limit, spread(double(base, p.fruitless-burst, limit), p.jitter))
}

// ended notes the end of an attempt. demand says that a caller waited for it,
// news that it found a key which was not there before.
func (p *pace) ended(now int64, demand, failed, news bool, jitter float64) {
	if p.last != 0 && now-p.last >= int64(quiet) {
		p.fruitless = 0
	}
	p.last, p.jitter = now, jitter
	switch {
	case news:
		p.fruitless = 0
		if p.news.wait(now, burst, newsInterval) == 0 {
			p.news.take(now, burst, newsInterval)
			p.attempts = bucket{}
		}
	case demand:
		p.fruitless++
	}
	if failed {
		p.failures++
		return
	}
	if p.failures > 0 {
		// The issuer is back: what its outage added to the floor is forgotten,
		// but never the floor itself, else an issuer that fails every second
		// answer would have none.
		p.fruitless = min(p.fruitless, burst)
	}
	p.failures, p.hold = 0, 0
}

// retry returns the time until a background refresh is tried again after a
// failure.
func (p *pace) retry() time.Duration {
	return spread(double(floorMin, p.failures-1, backoffMax), p.jitter)
}

// bucket counts what may be done some times at once, and once more after each
// interval. The zero bucket has nothing spent.
type bucket struct {
	spent float64
	at    int64
}

// left is what is spent at now, less what has come back.
func (b *bucket) left(now int64, interval time.Duration) float64 {
	return max(0, b.spent-float64(max(0, now-b.at))/float64(interval))
}

// wait returns the time until one more may be done.
func (b *bucket) wait(now int64, size int, interval time.Duration) time.Duration {
	over := b.left(now, interval) - float64(size-1)
	return time.Duration(max(0, over*float64(interval)))
}

// take notes that one was done.
func (b *bucket) take(now int64, size int, interval time.Duration) {
	b.spent, b.at = min(float64(size), b.left(now, interval)+1), now
}

// double returns base doubled n times, at most limit.
func double(base time.Duration, n int, limit time.Duration) time.Duration {
	for ; n > 0 && base < limit; n-- {
		base *= 2
	}
	return min(base, limit)
}

// spread lengthens d by up to a fifth.
func spread(d time.Duration, jitter float64) time.Duration {
	return d + time.Duration(float64(d)*jitter/5)
}

// softTTL returns how long an answer is fresh: what it said, within bounds, less
// up to a tenth, so that many processes started together do not stay together.
func softTTL(said time.Duration, ok bool, jitter float64) time.Duration {
	ttl := softDefault
	if ok {
		ttl = min(max(said, softMin), softMax)
	}
	return max(softMin, ttl-time.Duration(float64(ttl)*jitter/10))
}
