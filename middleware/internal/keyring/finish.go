package keyring

import "time"

// finish takes over what an attempt found, and lets the waiters go.
func (r *Ring) finish(f *flight, a *attempt) {
	jitter := r.options.Rand()
	r.mu.Lock()
	now := r.now()
	old := r.snap.Load()
	var added, removed []*Key
	if a.fault == "" {
		fresh := build(r, a.doc, old).at(now, now, softTTL(a.ttl, a.ttlSaid, jitter))
		added = fresh.missingFrom(old)
		if old != nil {
			removed = old.missingFrom(fresh)
		}
		r.snap.Store(fresh)
		for _, k := range removed {
			k.gone.Store(true)
		}
		if r.retired {
			for _, k := range fresh.keys {
				k.gone.Store(true)
			}
		}
	}
	f.fault = a.fault
	if !a.abandoned {
		r.meta = a.meta
		r.metaFault = a.metaFault
		r.metaFirst = a.fault.unreachable() && !a.metaFirst
	}
	r.fault = a.fault
	switch {
	case a.fault == "" && r.metaFault == "":
		r.failing = 0
	case r.failing == 0:
		r.failing = now
	}
	if len(added) > 0 {
		r.absent = nil
	}
	r.pace.ended(now, f.demand, a.fault != "", len(added) > 0, jitter)
	if a.fault != "" && a.retryAfter > 0 {
		r.pace.hold = now + int64(a.retryAfter)
	}
	s := r.snap.Load()
	due := now + int64(r.pace.retry())
	if a.fault == "" && s != nil {
		due = s.soft
	}
	r.due.Store(max(due, r.pace.hold))
	usable := s.usable(now)
	if usable {
		if wait := r.pace.wait(now, true); wait > 0 {
			r.shut.Store(now + int64(wait))
		}
	}
	if f.bound {
		r.options.Limit.done(a.fault == "")
	}
	r.flight = nil
	r.mu.Unlock()
	close(f.done)
	if old == nil {
		added = nil // the first keys are no rotation
	}
	r.report(f, a, now, added, removed)
}

// report tells the observer.
func (r *Ring) report(f *flight, a *attempt, now int64, added, removed []*Key) {
	if r.options.Observe == nil {
		return
	}
	e := Event{
		Kind:     EventFetched,
		Issuer:   r.source.Issuer,
		Template: r.template,
		Duration: time.Duration(now - f.start),
		Requests: a.requests,
		Fault:    a.metaFault,
	}
	if a.fault != "" {
		e.Kind, e.Fault = EventFailed, a.fault
		if s := r.snap.Load(); s.usable(now) {
			e.Until = time.Unix(0, s.hard)
		}
	}
	if a.doc != nil {
		e.Remarks = a.doc.remarks
	}
	r.options.Observe(e)
	if len(added)+len(removed) > 0 {
		e.Kind, e.Fault, e.Remarks = EventRotated, "", nil
		e.Added, e.Removed = kidsOf(added), kidsOf(removed)
		r.options.Observe(e)
	}
}
