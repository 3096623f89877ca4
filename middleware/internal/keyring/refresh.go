package keyring

// dueForRefresh reports whether a background refresh of s is due at now, as far
// as that is known without the lock. It is due, too, when the clock was set back.
func (r *Ring) dueForRefresh(s *snapshot, now int64) bool {
	return now >= r.refreshAt.Load() || now < s.notBefore
}

// refreshInBackground starts a refresh if one is due and the schedule allows it.
func (r *Ring) refreshInBackground(now int64) {
	if !r.mu.TryLock() {
		return // the holder of the lock starts it, or the next reader does
	}
	defer r.mu.Unlock()
	s := r.current.Load()
	if r.call != nil || r.retired || s == nil {
		return
	}
	due := r.refreshAt.Load()
	if now < due && (now >= s.notBefore || now >= r.schedule.last && r.schedule.failures > 0) {
		return // a clock that was set back makes one refresh due, not one after the other
	}
	if wait := r.schedule.wait(now, true); wait > 0 {
		r.refreshAt.Store(now + int64(wait))
		return
	}
	r.start(now, refreshDue)
}

// serves implements owner.
func (r *Ring) serves(now int64) bool {
	s := r.current.Load()
	if !s.usable(now) {
		return false
	}
	if r.dueForRefresh(s, now) {
		r.refreshInBackground(now)
	}
	return true
}
