package keyring

import (
	"context"
	"errors"
	"time"
)

// Keys returns the keys with which a token with this kid and alg may have been
// signed: at most four, all with that kid and fit for that alg. They are to be
// tried in order. The slice is shared and must not be changed. An empty kid
// means that the token has none. It then has a key only if exactly one of the
// set fits the alg (RFC 7515, section 4.1.4, and RFC 7517, section 4.5).
//
// Keys does not wait for keys it has. For an unknown kid it may wait for a
// fetch, at most five seconds and not longer than ctx allows. The errors are
// ErrUnknownKey, ErrAlgorithm, *FetchFailedError and *UnavailableError. If ctx ended
// the wait, the error is ErrUnknownKey while there are keys, else an
// *UnavailableError, and wraps ctx.Err().
func (r *Ring) Keys(ctx context.Context, kid, alg string) ([]*Key, error) {
	now := r.now()
	s := r.current.Load()
	q := query{kid: kid, alg: alg}
	if !s.usable(now) {
		return r.wait(ctx, waiter{query: q, hash: missHash(q.kid), start: now})
	}
	if r.dueForRefresh(s, now) {
		r.refreshInBackground(now)
	}
	return r.lookupOrWait(ctx, s, q, now)
}

// Replaced is for a token without a kid that tried, the one key that Keys
// returned for it, does not verify: the issuer may have replaced its only key.
// Replaced fetches as Keys does for an unknown kid, within the same bounds, and
// returns the key that replaced tried, or ErrUnknownKey.
//
// A token with a kid gets no second fetch, because an issuer must not give a new
// key the ID of an old one. Bad signatures therefore cause no fetches.
func (r *Ring) Replaced(ctx context.Context, alg string, tried *Key) ([]*Key, error) {
	now := r.now()
	s := r.current.Load()
	q := query{alg: alg, tried: tried}
	if !s.usable(now) {
		return r.wait(ctx, waiter{query: q, hash: missHash(q.kid), start: now})
	}
	return r.lookupOrWait(ctx, s, q, now)
}

// lookupOrWait looks a key up in usable keys, and waits for a fetch if one may
// find it.
func (r *Ring) lookupOrWait(ctx context.Context, s *snapshot, q query, now int64) ([]*Key, error) {
	keys, err := s.lookup(q)
	if keys != nil || err != nil {
		return keys, err
	}
	hash := missHash(q.kid)
	wanted := q.kid != "" && r.wants(hash)
	if r.blocked(now, wanted) {
		return nil, ErrUnknownKey
	}
	return r.wait(ctx, waiter{query: q, hash: hash, start: now, wanted: wanted})
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

// Known returns what Keys would return if that needs no fetch and starts none,
// else nil. It reads no clock and never waits.
func (r *Ring) Known(kid, alg string, now time.Time) []*Key {
	s, t := r.current.Load(), now.UnixNano()
	if !s.usable(t) || r.dueForRefresh(s, t) {
		return nil
	}
	return s.find(kid, alg)
}

// Present returns what Keys would return if it has usable keys for a token with this
// kid and alg, else nil. It never waits. It starts a refresh only if one is due and it
// has keys for the token.
func (r *Ring) Present(kid, alg string) []*Key {
	now := r.now()
	s := r.current.Load()
	if !s.usable(now) {
		return nil
	}
	keys := s.find(kid, alg)
	if keys != nil && r.dueForRefresh(s, now) {
		r.refreshInBackground(now)
	}
	return keys
}

// blocked reports whether no attempt that a request waits for may start at now,
// as far as that is known without the lock.
func (r *Ring) blocked(now int64, wanted bool) bool {
	until := r.blockedUntil.Load()
	if wanted {
		until = min(until, r.wantedUntil.Load())
	}
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
