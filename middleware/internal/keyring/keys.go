package keyring

import (
	"context"
	"errors"
	"time"
)

// Find returns the keys with which a token may have been signed whose header says ref
// of its key: at most four, the first of the document, which fit the algorithm. They are
// to be tried in order. The slice is shared and must not be changed.
//
// Find does not wait for keys it has. For an unknown name it may wait for a fetch, at most
// five seconds and not longer than ctx allows. The errors are ErrUnknownKey, ErrAlgorithm,
// *FetchFailedError and *UnavailableError. If ctx ended the wait, the error is
// ErrUnknownKey while there are keys, else an *UnavailableError, and wraps ctx.Err().
func (r *Ring) Find(ctx context.Context, ref Ref) ([]*Key, error) {
	now := r.now()
	s := r.current.Load()
	q := query{Ref: ref}
	if !s.usable(now) {
		return r.wait(ctx, waiter{query: q, hash: missHash(q.name()), start: now})
	}
	if r.dueForRefresh(s, now) {
		r.refreshInBackground(now)
	}
	return r.lookupOrWait(ctx, s, &q, now)
}

// Replaced is for a token that none of the keys which Find or Known returned for it, in
// tried, verifies: the issuer may have another key now. It returns keys that were not
// tried, or ErrUnknownKey.
//
// Anyone can send tokens with a bad signature. One that names a key of the set waits for
// a fetch only if the ring made none in vain for such tokens lately, and few such tokens
// wait at a time. These fetches are part of the bound of those for key IDs that were not
// found before, and delay no fetch for a new one. A token that names no key of the set
// counts as one with an unknown kid.
//
// Whether the issuer can be reached changes nothing: the error is never a
// *FetchFailedError, because the token may be forged.
func (r *Ring) Replaced(ctx context.Context, ref Ref, tried []*Key) ([]*Key, error) {
	now := r.now()
	s := r.current.Load()
	q := query{Ref: ref, tried: tried}
	if !s.usable(now) {
		return r.wait(ctx, waiter{query: q, hash: missHash(q.name()), start: now})
	}
	return r.lookupOrWait(ctx, s, &q, now)
}

// lookupOrWait looks a key up in usable keys, and waits for a fetch if one may
// find it.
func (r *Ring) lookupOrWait(ctx context.Context, s *snapshot, q *query, now int64) ([]*Key, error) {
	keys, err := s.lookup(q)
	if keys != nil || err != nil {
		return keys, err
	}
	if s.contradicts(q) {
		if r.blocked(now, r.unverifiedUntil.Load()) {
			return nil, ErrUnknownKey
		}
		return r.wait(ctx, waiter{query: *q, start: now, unverified: true})
	}
	hash := missHash(q.name())
	wanted := q.name() != "" && r.wants(hash)
	until := r.blockedUntil.Load()
	if wanted {
		until = min(until, r.wantedUntil.Load())
	}
	if r.blocked(now, until) {
		return nil, ErrUnknownKey
	}
	return r.wait(ctx, waiter{query: *q, hash: hash, start: now, wanted: wanted})
}

// wants counts a request for a key ID and reports whether the ID is wanted.
func (r *Ring) wants(hash uint64) bool {
	d := r.demand.Load()
	if d == nil {
		d = new(demand)
		if !r.demand.CompareAndSwap(nil, d) {
			return false // the next request counts
		}
	}
	return d.wanted(hash)
}

// Known returns what Find would return if that needs no fetch and starts none,
// else nil. It reads no clock and never waits.
func (r *Ring) Known(ref Ref, now time.Time) []*Key {
	s, t := r.current.Load(), now.UnixNano()
	if !s.usable(t) || r.dueForRefresh(s, t) {
		return nil
	}
	return s.find(&ref)
}

// Present returns what Find would return if it has usable keys for a token whose header
// says ref of its key, else nil. It never waits. It starts a refresh only if one is due
// and it has keys for the token.
func (r *Ring) Present(ref Ref) []*Key {
	now := r.now()
	s := r.current.Load()
	if !s.usable(now) {
		return nil
	}
	keys := s.find(&ref)
	if keys != nil && r.dueForRefresh(s, now) {
		r.refreshInBackground(now)
	}
	return keys
}

// blocked reports whether no attempt may start at now that is blocked until then, as far
// as that is known without the lock.
func (r *Ring) blocked(now, until int64) bool {
	return now < until && now >= r.blockedFrom.Load() // earlier if the clock was set back
}

// Refresh makes sure that there are usable keys, and fetches them if there are
// none. Like any request it obeys the floor between attempts. The error is an
// *UnavailableError, or ErrUnknownKey for a tenant that the issuer does not know.
func (r *Ring) Refresh(ctx context.Context) error {
	now := r.now()
	if s := r.current.Load(); s.usable(now) {
		if r.dueForRefresh(s, now) {
			r.refreshInBackground(now)
		}
		return nil
	}
	_, err := r.wait(ctx, waiter{start: now, exempt: true})
	if errors.Is(err, ErrUnknownKey) && r.current.Load().usable(r.now()) {
		return nil
	}
	return err
}
