package keyring

import (
	"sync"
	"time"
)

// Limiter bounds the first fetches of many rings together: a bucket of attempts,
// refilled at a steady rate, and a number of attempts at a time. An attempt that
// finds keys gives back what it took, so that only tenants that do not exist or
// cannot be reached use up the bucket. Rings that have keys are not bound by it.
// A Limiter is safe for concurrent use. A nil Limiter bounds nothing.
type Limiter struct {
	burst    float64
	interval time.Duration
	most     int

	mu       sync.Mutex
	left     float64
	last     int64
	underway int
}

// NewLimiter returns a limiter of burst attempts, one more in each interval, and
// at most underway of them at a time.
func NewLimiter(burst int, interval time.Duration, underway int) *Limiter {
	return &Limiter{burst: float64(burst), left: float64(burst), interval: interval, most: underway}
}

// room reports whether an attempt could start at now.
func (l *Limiter) room(now int64) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refill(now)
	return l.left >= 1 && l.underway < l.most
}

// take starts an attempt, if there is room for one.
func (l *Limiter) take(now int64) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refill(now)
	if l.left < 1 || l.underway >= l.most {
		return false
	}
	l.left--
	l.underway++
	return true
}

// done ends an attempt that take started.
func (l *Limiter) done(found bool) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.underway--
	if found {
		l.left = min(l.burst, l.left+1)
	}
}

func (l *Limiter) refill(now int64) {
	if l.last != 0 && now > l.last {
		l.left = min(l.burst, l.left+float64(now-l.last)/float64(l.interval))
	}
	l.last = now
}
