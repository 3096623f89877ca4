package keyring

import (
	"hash/maphash"
	"time"
)

// recent holds keys, each for a time, and at most a number of them: the one that
// was added first goes first. It is not safe for concurrent use.
type recent[K comparable] struct {
	most  int
	life  time.Duration
	until map[K]int64 // in Unix nanoseconds
	order []K         // a circle once it is full
	next  int         // in order, to be replaced
}

func newRecent[K comparable](most int, life time.Duration) *recent[K] {
	return &recent[K]{most: most, life: life, until: map[K]int64{}}
}

// has reports whether the key was added and its time is not over at now. A clock
// that was set back does not make the time longer.
func (r *recent[K]) has(key K, now int64) bool {
	left := r.until[key] - now
	return left > 0 && left <= int64(r.life)
}

// add adds the key at now, or begins its time again.
func (r *recent[K]) add(key K, now int64) {
	_, known := r.until[key]
	r.until[key] = now + int64(r.life)
	switch {
	case known:
	case len(r.order) < r.most:
		r.order = append(r.order, key)
	default:
		delete(r.until, r.order[r.next])
		r.order[r.next] = key
		r.next = (r.next + 1) % r.most
	}
}

// forget ends the key's time.
func (r *recent[K]) forget(key K) {
	if _, known := r.until[key]; known {
		r.until[key] = 0
	}
}

var issSeed = maphash.MakeSeed()

// issHash returns a hash of the iss of a tenant, which an attacker chooses.
func issHash(iss string) uint64 { return maphash.String(issSeed, iss) }
