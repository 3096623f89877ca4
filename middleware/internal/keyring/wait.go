package keyring

import (
	"context"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// Bounds of the time that a request waits.
const (
	waitMax     = 5 * time.Second // for its keys, however many attempts that takes
	retryWindow = time.Second     // a failed attempt is repeated for a request this young
)

// wait is the slow path of Find: the snapshot does not have the key, or there is
// no usable snapshot. It joins the attempt under way, or starts one if the
// schedule allows, as often as its time allows.
func (r *Ring) wait(ctx context.Context, arrived waiter) ([]*Key, error) {
	w := &arrived
	c, keys, err := r.join(w, nil)
	if c == nil {
		return keys, err
	}
	defer r.leave(w)
	timeout := time.NewTimer(waitMax)
	defer timeout.Stop()
	for c != nil {
		select {
		case <-c.done:
			c, keys, err = r.join(w, c)
		case <-w.displaced:
			return nil, w.err
		case <-ctx.Done():
			return nil, r.interrupted(ctx.Err())
		case <-timeout.C:
			return r.timedOut(w, c)
		}
	}
	return keys, err
}

// join returns the result for a waiter, or the attempt that it has to wait for.
// ended is the one that it has waited for, nil if it is new.
func (r *Ring) join(w *waiter, ended *fetchCall) (*fetchCall, []*Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	switch {
	case ended == nil:
		w.arrived = r.attempts
	case ended.number > w.arrived:
		w.asked, w.failed = ended.fault == "", ended.fault
	}
	s := r.current.Load()
	usable := s.usable(now)
	if usable {
		keys, err := s.lookup(&w.query)
		if keys != nil || err != nil {
			return nil, keys, err
		}
		if r.missed(w, now) {
			return nil, nil, ErrUnknownKey
		}
	}
	if w.unverified && w.displaced == nil && r.unverified >= unverifiedMost {
		return nil, nil, r.refusal(w, usable, now, r.fault)
	}
	if r.call == nil {
		limited := s == nil && r.doubtful || w.unverified
		again := w.failed == "" || w.failed.Transient() && !limited && time.Duration(now-w.start) < retryWindow
		why := r.reasonOf(w, usable)
		if !again || r.schedule.waitFor(now, usable, why, w.wanted) > 0 {
			return nil, nil, r.refusal(w, usable, now, r.fault)
		}
		r.start(now, why)
	}
	r.admit(w, usable, now)
	return r.call, nil, nil
}

// reasonOf returns why an attempt is made for a waiter. It is called with the lock.
func (r *Ring) reasonOf(w *waiter, usable bool) reason {
	switch {
	case usable && w.unverified:
		return badSignature
	case usable && r.missedBefore(w):
		return keyMissed
	}
	return keyUnknown
}

// admit gives a waiter a place, and refuses those that give way. It is called with
// the lock.
func (r *Ring) admit(w *waiter, usable bool, now int64) {
	if w.displaced == nil {
		w.displaced = make(chan struct{})
		if w.unverified {
			r.unverified++
		}
	}
	if w.exempt || w.unverified {
		return // others do not take its place, nor does it take theirs
	}
	mostIDs := waitersIDsCold
	if usable {
		mostIDs = waitersIDs
	}
	for _, out := range r.waiters.add(w, mostIDs) {
		out.err = r.refusal(out, usable, now, r.fault)
		close(out.displaced)
	}
}

// leave ends the wait of a waiter.
func (r *Ring) leave(w *waiter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiters.remove(w)
	if w.unverified {
		r.unverified--
	}
}

// missed reports whether a fetch did not find the key: one that began after the
// request came, or a recent one for the same key ID. It is called with the lock.
func (r *Ring) missed(w *waiter, now int64) bool {
	switch {
	case w.unverified, w.name() == "": // the key ID is known, or there is none
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

// missedBefore reports whether a fetch did not find the key ID at any time that is
// remembered. It is called with the lock.
func (r *Ring) missedBefore(w *waiter) bool { return w.name() != "" && r.misses.find(w.hash) != nil }

// refusal returns the error of a request for which no attempt may start, or
// whose attempts failed. While there are usable keys it is an ErrUnknownKey:
// made-up key IDs must not make an API respond with status 503. A few requests
// learn that the issuer could not be reached to look for their keys. It is called
// with the lock.
func (r *Ring) refusal(w *waiter, usable bool, now int64, f fault.Fault) error {
	switch {
	case usable && w.failed.Unreachable() && w.tellable() && !r.missedBefore(w) && r.schedule.tellOutage(now):
		return &FetchFailedError{RetryAfter: atLeastASecond(r.schedule.wait(now, true)), Fault: w.failed}
	case usable:
		return ErrUnknownKey
	case r.doubtful && r.current.Load() == nil && f.UnknownTenant():
		return ErrUnknownKey
	}
	return unavailable(r.comeBack(now), f, nil)
}

// comeBack returns when a request that finds no keys should come back: when the
// next attempt may start, or after the one under way. That one is expected to take
// as long again as it has taken, and ends within its time. comeBack is called with
// the lock.
func (r *Ring) comeBack(now int64) time.Duration {
	if r.call != nil {
		elapsed := time.Duration(now - r.call.start)
		return min(elapsed, fetch.Timeout-elapsed)
	}
	return r.schedule.wait(now, false)
}

// interrupted returns the error of a request whose context ended before the attempt
// that it waited for. That is no outage while there are keys: with a made-up key ID
// any client could cause it.
func (r *Ring) interrupted(cause error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.current.Load().usable(now) {
		return fmt.Errorf("%w: %w", ErrUnknownKey, cause)
	}
	return unavailable(r.comeBack(now), r.fault, cause)
}

// timedOut returns the result of a request that has waited for as long as it may: keys
// that came at the same time, or an error. Its own attempt has failed if it is under way
// for so long.
func (r *Ring) timedOut(w *waiter, c *fetchCall) ([]*Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	s := r.current.Load()
	if s.usable(now) {
		if keys, err := s.lookup(&w.query); keys != nil || err != nil {
			return keys, err
		}
	}
	if c.number > w.arrived && time.Duration(now-c.start) >= waitMax {
		w.failed = fault.Timeout
	}
	return nil, r.refusal(w, s.usable(now), now, fault.Timeout)
}
