package keyring

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The bounds of a family.
const (
	defaultRings = 1000

	tenantBurst    = 10          // first fetches of tenants without a floor
	tenantInterval = time.Second // between them after that
	tenantUnderway = 16          // first fetches at a time
)

// Family is the rings of all tenants of one issuer template. The number of
// rings is bounded, and so are the fetches that made-up tenants cause. All
// methods are safe for concurrent use.
type Family struct {
	template Source
	options  Options
	shared   *Ring // if all tenants have one key set
	max      int

	mu      sync.RWMutex
	rings   map[string]*member
	members []*member // in the order of their creation
}

// member is a ring in a family.
type member struct {
	issuer string
	ring   *Ring
	used   atomic.Bool // since the last search for a ring to give up
}

// NewFamily returns the family of a template: a source whose Issuer, and
// MetadataURL, MetadataIssuer and JWKSURL where they are set, hold {name} in
// place of what differs between tenants. If neither of the two URLs does, all
// tenants share one ring, and metadata has to name the template itself as its
// issuer, as that of Entra ID's common endpoint does. max is the most rings to
// keep; 0 means 1000. Options.Limit may be nil; then the family has its own,
// unless Options.KnownTenants is set.
//
// A placeholder in the host must be followed by a fixed domain.
func NewFamily(template Source, max int, options Options) (*Family, error) {
	if err := checkTemplate(&template); err != nil {
		return nil, err
	}
	if max <= 0 {
		max = defaultRings
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	f := &Family{template: template, options: options, max: max, rings: map[string]*member{}}
	if template.isShared() {
		ring, err := New(template, options)
		if err != nil {
			return nil, err
		}
		f.shared = ring
		return f, nil
	}
	switch {
	case options.KnownTenants:
		f.options.Limit = nil
	case options.Limit == nil:
		f.options.Limit = NewLimiter(tenantBurst, tenantInterval, tenantUnderway)
	}
	client, err := clientFor(options.Client, template.RefusePrivate)
	if err != nil {
		return nil, err
	}
	f.options.Client = client // one pool of connections for all
	return f, nil
}

// Ring returns the ring of the tenant whose tokens have the iss given, which
// must be the template with vars put in. A tenant that is new to the family
// gets a ring if the family's limit, if it has one, allows a fetch for it now,
// else ErrTenantLimit. Values that are no plain names give ErrTenantName.
//
// It does no I/O, and does not wait for any other tenant's.
func (f *Family) Ring(vars map[string]string, iss string) (*Ring, error) {
	if f.shared != nil {
		return f.shared, nil
	}
	f.mu.RLock()
	m := f.rings[iss]
	f.mu.RUnlock()
	if m != nil {
		if !m.used.Load() {
			m.used.Store(true)
		}
		return m.ring, nil
	}
	source, err := f.template.expand(vars)
	if err != nil {
		return nil, err
	}
	if source.Issuer != iss {
		return nil, ErrTenantName
	}
	if !f.options.Limit.room(f.options.Now().UnixNano()) {
		return nil, ErrTenantLimit
	}
	ring, err := New(source, f.options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTenantName, err)
	}
	ring.template = f.template.Issuer
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.rings[iss]; m != nil {
		return m.ring, nil
	}
	if len(f.members) >= f.max {
		f.evict()
	}
	m = &member{issuer: iss, ring: ring}
	f.rings[iss] = m
	f.members = append(f.members, m)
	return ring, nil
}

// evict gives up a ring: one that never had keys if there is one, so that
// made-up tenants displace each other and not real ones; among equals one that
// was not used of late. It is called with the lock.
func (f *Family) evict() {
	victim := f.victim(func(m *member) bool { return m.ring.snap.Load() == nil })
	if victim < 0 {
		victim = f.victim(func(*member) bool { return true })
	}
	m := f.members[victim]
	f.members = slices.Delete(f.members, victim, victim+1)
	delete(f.rings, m.issuer)
	m.ring.retire()
}

// victim returns the index of the first of the members which is eligible and
// was not used since the last search, else of the first eligible one, else -1.
func (f *Family) victim(eligible func(*member) bool) int {
	first := -1
	for i, m := range f.members {
		if !eligible(m) {
			continue
		}
		if first < 0 {
			first = i
		}
		if !m.used.Swap(false) {
			return i
		}
	}
	return first
}

// Rings returns the rings of the family at this time, for their Health.
func (f *Family) Rings() []*Ring {
	if f.shared != nil {
		return []*Ring{f.shared}
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	rings := make([]*Ring, len(f.members))
	for i, m := range f.members {
		rings[i] = m.ring
	}
	return rings
}

// retire ends the life of a ring's keys: what was verified with them has to be
// verified again, with the keys of the ring that comes after. Requests which
// still hold the ring are served.
func (r *Ring) retire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired = true
	if s := r.snap.Load(); s != nil {
		for _, k := range s.keys {
			k.gone.Store(true)
		}
	}
}
