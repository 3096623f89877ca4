package keyring

import "time"

// finish takes over the outcome of an attempt and lets the waiting requests go.
func (r *Ring) finish(c *fetchCall, a *attempt) {
	jitter := r.options.Rand()
	r.mu.Lock()
	now := r.now()
	old := r.current.Load()
	var added, removed []*Key
	if a.fault == "" {
		fresh := newSnapshot(r, a.set, old).at(now, now, freshFor(a.maxAge, a.maxAgeOK, jitter))
		added = fresh.missingFrom(old)
		if old != nil {
			removed = old.missingFrom(fresh)
		}
		for _, k := range added {
			k.since = now
		}
		r.current.Store(fresh)
		for _, k := range removed {
			k.removed.Store(true)
		}
		if r.retired {
			for _, k := range fresh.keys {
				k.removed.Store(true)
			}
		}
	}
	c.fault = a.fault
	if !a.abandoned {
		r.meta = a.meta
		r.metaFault = a.metaFault
		r.metaFirst = a.fault.Unreachable() && !a.metaFirst
	}
	r.fault, r.unusable = a.fault, a.unusable
	switch {
	case a.fault == "" && r.metaFault == "":
		r.failing = 0
	case r.failing == 0:
		r.failing = now
	}
	s := r.current.Load()
	if old != nil && len(added)+len(removed) > 0 {
		if r.misses == nil {
			r.misses = new(missCache)
		}
		r.misses.changed(added, removed, s.names, now)
	}
	r.schedule.ended(now, c.reason, a.fault != "", len(added) > 0, jitter)
	if a.fault != "" && a.session.RetryAfter > 0 {
		r.schedule.retryAfter = now + int64(a.session.RetryAfter)
	}
	refreshAt := now + int64(r.schedule.backoff())
	if a.fault == "" && s != nil {
		refreshAt = s.staleAt
	}
	r.refreshAt.Store(max(refreshAt, r.schedule.retryAfter))
	if s.usable(now) {
		r.blockedFrom.Store(now)
		r.blockedUntil.Store(now + int64(r.schedule.wait(now, true)))
		r.wantedUntil.Store(now + int64(r.schedule.waitWanted(now)))
		r.unverifiedUntil.Store(now + int64(r.schedule.waitUnverified(now)))
	}
	r.call = nil
	r.waiters.release()
	r.mu.Unlock()
	close(c.done)
	if old == nil {
		added = nil // the first keys are not a rotation
	}
	r.report(c, a, now, added, removed)
}

// report calls the observer.
func (r *Ring) report(c *fetchCall, a *attempt, now int64, added, removed []*Key) {
	if r.options.Observe == nil {
		return
	}
	e := Event{
		Kind:     EventFetched,
		Issuer:   r.source.Issuer,
		Template: r.template,
		Duration: time.Duration(now - c.start),
		Requests: a.session.Requests,
		Fault:    a.metaFault,
	}
	if a.fault != "" {
		e.Kind, e.Fault = EventFailed, a.fault
		if s := r.current.Load(); s.usable(now) {
			e.Until = time.Unix(0, s.expiresAt)
		}
	}
	switch {
	case a.set != nil:
		e.Remarks = a.set.Remarks
	case a.unusable != nil:
		e.Remarks, e.Looks = a.unusable.Remarks, a.unusable.Looks
	}
	r.options.Observe(e)
	if len(added)+len(removed) > 0 {
		e.Kind, e.Fault, e.Remarks = EventRotated, "", nil
		e.Added, e.Removed = keyIDs(added), keyIDs(removed)
		r.options.Observe(e)
	}
}
