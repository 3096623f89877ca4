package keyring

import (
	"context"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Bounds of the time that a request waits.
const (
	waitMax     = 5 * time.Second // for its keys, however many attempts that takes
	retryWindow = time.Second     // a failed attempt is repeated for a request this young
)

// waiter is a request that waits for keys.
type waiter struct {
	query
	hash    uint64 // of the kid
	start   int64
	arrived uint64      // number of attempts when it came
	asked   bool        // an attempt that began after it came has succeeded,
	failed  fault.Fault // or failed
}

// wait is the slow path of Keys: the snapshot does not have the key, or there is
// no usable snapshot. It joins the attempt under way, or starts one if the
// schedule allows, as often as its time allows.
func (r *Ring) wait(ctx context.Context, q query) ([]*Key, error) {
	w := waiter{query: q, hash: missHash(q.kid), start: r.now()}
	var timeout <-chan time.Time
	for {
		c, keys, err := r.join(&w, timeout == nil)
		if c == nil {
			return keys, err
		}
		if timeout == nil {
			t := time.NewTimer(waitMax)
			defer t.Stop()
			timeout = t.C
		}
		select {
		case <-c.done:
			if c.number > w.arrived {
				w.asked, w.failed = c.fault == "", c.fault
			}
		case <-ctx.Done():
			return nil, unavailable(0, "", ctx.Err())
		case <-timeout:
			r.mu.Lock()
			defer r.mu.Unlock()
			now := r.now()
			s := r.current.Load()
			if s.usable(now) { // the attempt may have ended at the same time
				if keys, err := s.lookup(w.query); keys != nil || err != nil {
					return keys, err
				}
			}
			return nil, r.refusal(s.usable(now), now, fault.Timeout)
		}
	}
}

// join returns the result for a waiter, or the attempt that it has to wait for.
func (r *Ring) join(w *waiter, first bool) (*fetchCall, []*Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if first {
		w.arrived = r.attempts
	}
	s := r.current.Load()
	usable := s.usable(now)
	if usable {
		keys, err := s.lookup(w.query)
		if keys != nil || err != nil {
			return nil, keys, err
		}
		if r.missed(w, now) {
			return nil, nil, ErrUnknownKey
		}
	}
	if r.call != nil {
		return r.call, nil, nil
	}
	limited := s == nil && r.options.Limit != nil
	again := w.failed == "" || w.failed.Transient() && !limited && time.Duration(now-w.start) < retryWindow
	switch {
	case !again || r.schedule.wait(now, usable) > 0:
		return nil, nil, r.refusal(usable, now, r.fault)
	case limited && !r.options.Limit.take(now):
		return nil, nil, ErrTenantLimit
	}
	c := r.start(now, true)
	c.limited = limited
	return c, nil, nil
}

// missed reports whether a fetch did not find the key: one that began after the
// request came, or a recent one for the same key ID. It is called with the lock.
func (r *Ring) missed(w *waiter, now int64) bool {
	switch {
	case w.tried != nil: // a replaced key has no ID
		return w.asked
	case w.asked:
		if r.misses == nil {
			r.misses = new(missCache)
		}
		r.misses.add(w.hash, now)
		return true
	}
	return r.misses.has(w.hash, now)
}

// refusal returns the error of a request for which no attempt may start, or
// whose attempts failed. While there are usable keys it is ErrUnknownKey:
// made-up key IDs must not make an API respond with status 503. It is called
// with the lock.
func (r *Ring) refusal(usable bool, now int64, f fault.Fault) error {
	if usable {
		return ErrUnknownKey
	}
	if r.options.Limit != nil && r.current.Load() == nil && f.UnknownTenant() {
		return ErrUnknownKey
	}
	return unavailable(r.schedule.wait(now, false), f, nil)
}
