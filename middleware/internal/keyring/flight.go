package keyring

import (
	"context"
	"math"
	"time"
)

// flight is an attempt under way, shared by all who wait for it.
type flight struct {
	number uint64
	demand bool // a caller waits for it; else it is a background refresh
	bound  bool // by the limiter
	start  int64
	done   chan struct{} // closed at the end; fault is set before
	fault  Fault
}

// caller is a request that waits.
type caller struct {
	kid, alg string
	tried    *Key // does not verify the token, which has no kid; else nil
	hash     uint64
	start    int64
	arrived  uint64 // attempts so far when it came
	asked    bool   // an attempt that began after it came has ended well,
	failed   Fault  // or not well
}

// wait is the slow path of Keys: nobody has the key, or there are no usable
// keys at all. It joins the attempt under way or starts one if the pace allows,
// as often as its own time allows.
func (r *Ring) wait(ctx context.Context, c caller) ([]*Key, error) {
	c.hash, c.start = absentHash(c.kid), r.now()
	var timeout <-chan time.Time
	for {
		f, keys, err := r.board(&c, timeout == nil)
		if f == nil {
			return keys, err
		}
		if timeout == nil {
			t := time.NewTimer(callerWait)
			defer t.Stop()
			timeout = t.C
		}
		select {
		case <-f.done:
			if f.number > c.arrived {
				c.asked, c.failed = f.fault == "", f.fault
			}
		case <-ctx.Done():
			return nil, unavailable(0, "", ctx.Err())
		case <-timeout:
			r.mu.Lock()
			defer r.mu.Unlock()
			now := r.now()
			return nil, r.refusal(r.snap.Load().usable(now), now, FaultTimeout)
		}
	}
}

// board answers a caller, or returns the attempt for it to wait for.
func (r *Ring) board(c *caller, first bool) (*flight, []*Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if first {
		c.arrived = r.flights
	}
	s := r.snap.Load()
	usable := s.usable(now)
	if usable {
		if keys, err := r.judge(s, c, now); keys != nil || err != nil {
			return nil, keys, err
		}
	}
	if r.flight != nil {
		return r.flight, nil, nil
	}
	bound := s == nil && r.options.Limit != nil
	again := c.failed == "" || c.failed.passing() && !bound && time.Duration(now-c.start) < retryWindow
	switch {
	case !again || r.pace.wait(now, usable) > 0:
		return nil, nil, r.refusal(usable, now, r.fault)
	case bound && !r.options.Limit.take(now):
		return nil, nil, ErrTenantLimit
	}
	f := r.launch(now, true)
	f.bound = bound
	return f, nil, nil
}

// judge decides about a token from the keys at hand: its candidates, or a
// refusal, or neither if a fetch has to decide. It is called with the lock.
func (r *Ring) judge(s *snapshot, c *caller, now int64) ([]*Key, error) {
	keys := s.find(c.kid, c.alg)
	if c.tried != nil {
		if len(keys) > 0 && keys[0] != c.tried {
			return keys, nil
		}
		if c.asked || len(keys) == 0 {
			return nil, ErrUnknownKey
		}
		return nil, nil
	}
	if keys != nil {
		return keys, nil
	}
	switch {
	case c.kid == "", len(c.kid) > maxKIDLen:
		return nil, ErrUnknownKey
	case s.kids[c.kid]:
		return nil, ErrAlgorithm
	case c.asked:
		if r.absent == nil {
			r.absent = new(absent)
		}
		r.absent.add(c.hash, now)
		return nil, ErrUnknownKey
	case r.absent.has(c.hash, now):
		return nil, ErrUnknownKey
	}
	return nil, nil
}

// refusal is the answer to a caller for whom no attempt may be made, or whose
// attempts failed. While there are keys, it is that the key is unknown: nobody
// shall be able to make an API answer 5xx by making up key ids. It is called
// with the lock.
func (r *Ring) refusal(usable bool, now int64, fault Fault) error {
	if usable {
		return ErrUnknownKey
	}
	if r.options.Limit != nil && r.snap.Load() == nil && fault.noTenant() {
		return ErrUnknownKey
	}
	return unavailable(r.pace.wait(now, false), fault, nil)
}

// kick starts a background refresh if it is time for one and the pace allows.
func (r *Ring) kick(now int64) {
	if !r.mu.TryLock() {
		return // whoever has the lock is at it, or the next reader will be
	}
	defer r.mu.Unlock()
	s := r.snap.Load()
	if r.flight != nil || r.retired || s == nil {
		return
	}
	due := r.due.Load()
	if now < due && (now >= s.born || now >= r.pace.last && r.pace.failures > 0) {
		return // a clock set back makes a refresh due, but not one after the other
	}
	if wait := r.pace.wait(now, true); wait > 0 {
		r.due.Store(now + int64(wait))
		return
	}
	r.launch(now, false)
}

// launch starts an attempt. It is called with the lock.
func (r *Ring) launch(now int64, demand bool) *flight {
	if demand {
		r.pace.started(now)
	}
	r.flights++
	f := &flight{number: r.flights, demand: demand, start: now, done: make(chan struct{})}
	r.flight = f
	r.due.Store(math.MaxInt64)
	r.shut.Store(0)
	a := &attempt{
		source:    &r.source,
		client:    r.client,
		now:       r.now,
		count:     &r.requests,
		current:   r.snap.Load(),
		meta:      r.meta,
		metaFirst: r.metaFirst,
		metaFault: r.metaFault,
		demand:    demand,
	}
	go r.fly(f, a)
	return f
}

// fly runs an attempt to its end. A transport that does not obey its context
// keeps its own goroutine, but not the ring.
func (r *Ring) fly(f *flight, a *attempt) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	ended := make(chan *attempt, 1)
	go func() {
		defer func() {
			if recover() != nil { // hostile input and other people's parsers
				ended <- &attempt{fault: FaultInternal, abandoned: true}
			}
		}()
		a.run(ctx)
		ended <- a
	}()
	watchdog := time.NewTimer(fetchTimeout + time.Second)
	defer watchdog.Stop()
	select {
	case a := <-ended:
		r.finish(f, a)
	case <-watchdog.C:
		r.finish(f, &attempt{fault: FaultTimeout, abandoned: true})
	}
}
