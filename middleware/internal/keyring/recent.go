package keyring

import (
	"hash/maphash"
	"time"
)

// recent remembers tenants by their iss, each for a time, and at most a number of
// them: the one that was added first goes first. It stores hashes, because tokens
// choose how long an iss is. It is not safe for concurrent use.
type recent struct {
	most  int
	life  time.Duration
	until map[uint64]int64 // in Unix nanoseconds
	order []uint64         // a circle once it is full
	next  int              // in order, to be replaced
}

func newRecent(most int, life time.Duration) *recent {
	return &recent{most: most, life: life, until: map[uint64]int64{}}
}

// has reports whether the tenant was added and its time is not over at now. A clock
// that was set back does not make the time longer.
func (r *recent) has(iss string, now int64) bool {
	left := r.until[issHash(iss)] - now
	return left > 0 && left <= int64(r.life)
}

// add adds the tenant at now, or begins its time again.
func (r *recent) add(iss string, now int64) {
	hash := issHash(iss)
	_, known := r.until[hash]
	r.until[hash] = now + int64(r.life)
	switch {
	case known:
	case len(r.order) < r.most:
		r.order = append(r.order, hash)
	default:
		delete(r.until, r.order[r.next])
		r.order[r.next] = hash
		r.next = (r.next + 1) % r.most
	}
}

// forget ends the tenant's time.
func (r *recent) forget(iss string) {
	if _, known := r.until[issHash(iss)]; known {
		r.until[issHash(iss)] = 0
	}
}

var issSeed = maphash.MakeSeed()

func issHash(iss string) uint64 { return maphash.String(issSeed, iss) }
