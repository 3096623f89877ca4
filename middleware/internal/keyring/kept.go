package keyring

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// How long, and for how many tenants, it is remembered that they once had keys: for
// four times as many as are kept, within bounds.
const (
	onceFor   = 24 * time.Hour
	onceLeast = 1 << 14
	onceMost  = 1 << 18
)

// kept holds the rings of tenants that have keys, in a bounded number. One that
// would be too many takes the place of one that was not used lately. It is safe for
// concurrent use.
type kept struct {
	max int

	mu    sync.RWMutex
	rings map[string]*keptRing // by iss
	all   []*keptRing
	hand  int     // in all, where the next search for a place begins
	once  *recent // the iss of tenants that lost their place
}

// keptRing is a ring of kept.
type keptRing struct {
	ring *Ring
	used atomic.Bool // since the last search for a place
}

func newKept(max int) *kept {
	return &kept{
		max:   max,
		rings: map[string]*keptRing{},
		once:  newRecent(min(max, onceMost)*4+onceLeast, onceFor),
	}
}

// get returns the ring of the tenant with this iss, nil if it has none.
func (k *kept) get(iss string) *Ring {
	k.mu.RLock()
	one := k.rings[iss]
	k.mu.RUnlock()
	if one == nil {
		return nil
	}
	if !one.used.Load() {
		one.used.Store(true)
	}
	return one.ring
}

// add keeps a ring, and returns the one that is kept: another one if the tenant
// had one already.
func (k *kept) add(ring *Ring) *Ring {
	iss := ring.source.Issuer
	k.mu.Lock()
	defer k.mu.Unlock()
	if one := k.rings[iss]; one != nil {
		return one.ring
	}
	one := &keptRing{ring: ring}
	k.rings[iss] = one
	if len(k.all) < k.max {
		k.all = append(k.all, one)
		return ring
	}
	place := k.place()
	last := k.all[place].ring
	delete(k.rings, last.source.Issuer)
	k.once.add(last.source.Issuer, last.now())
	last.retire()
	k.all[place] = one
	return ring
}

// place returns the index in all of a ring that was not used since the hand last
// passed it. It is called with the lock.
func (k *kept) place() int {
	for {
		place := k.hand
		k.hand = (k.hand + 1) % len(k.all)
		if !k.all[place].used.Swap(false) {
			return place
		}
	}
}

// hadKeys reports whether the tenant with this iss had keys, and lost them only
// because of the bound.
func (k *kept) hadKeys(iss string, now int64) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.once.has(iss, now)
}

// forget is called if the issuer says that there is no tenant with this iss.
func (k *kept) forget(iss string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.once.forget(iss)
}

// list returns the rings.
func (k *kept) list() []*Ring {
	k.mu.RLock()
	defer k.mu.RUnlock()
	rings := make([]*Ring, 0, len(k.all))
	for _, one := range k.all {
		rings = append(rings, one.ring)
	}
	return slices.Clip(rings)
}

// count returns the number of rings.
func (k *kept) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.all)
}

// retire ends the life of a ring's keys: what was verified with them has to be
// verified again, with the keys of the tenant's next ring. Requests that still
// hold the ring are served.
func (r *Ring) retire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired = true
	if s := r.current.Load(); s != nil {
		for _, k := range s.keys {
			k.removed.Store(true)
		}
	}
}
