package keyring

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// Bounds.
const (
	defaultRings = 1000

	tenantBurst    = 10          // first fetches of tenants without a floor
	tenantInterval = time.Second // between them after that
	tenantUnderway = 16          // first fetches at a time
)

// Tenants holds the rings of all tenants of one issuer template. The number of
// rings is bounded, and so are the fetches that made-up tenants cause. All
// methods are safe for concurrent use.
type Tenants struct {
	template Source
	options  Options
	shared   *Ring // if all tenants have one key set
	max      int

	mu    sync.RWMutex
	rings map[string]*tenant // by iss
	all   []*tenant          // in the order of their creation
}

// tenant is a ring of Tenants.
type tenant struct {
	issuer string
	ring   *Ring
	used   atomic.Bool // since the last search for a ring to evict
}

// NewTenants returns the Tenants of a template: a source whose Issuer, and
// MetadataURL, MetadataIssuer and JWKSURL if they are set, have {name} in the
// place of what differs between tenants. If neither of the two URLs does, all
// tenants share one ring, and the metadata must name the template itself as its
// issuer, as that of Entra ID's common endpoint does. max is the number of rings
// to keep; 0 means 1000. If Options.Limit is nil and Options.KnownTenants is not
// set, the Tenants have a limit of their own.
//
// A placeholder in the host must be followed by a fixed domain.
func NewTenants(template Source, max int, options Options) (*Tenants, error) {
	if err := checkTemplate(&template); err != nil {
		return nil, err
	}
	if max <= 0 {
		max = defaultRings
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	t := &Tenants{template: template, options: options, max: max, rings: map[string]*tenant{}}
	if template.isShared() {
		ring, err := New(template, options)
		if err != nil {
			return nil, err
		}
		t.shared = ring
		return t, nil
	}
	switch {
	case options.KnownTenants:
		t.options.Limit = nil
	case options.Limit == nil:
		t.options.Limit = NewLimiter(tenantBurst, tenantInterval, tenantUnderway)
	}
	client, err := fetch.HTTPClient(options.Client, template.RefusePrivate)
	if err != nil {
		return nil, err
	}
	t.options.Client = client // one pool of connections for all
	return t, nil
}

// Ring returns the ring of the tenant whose tokens have this iss, which must be
// the template with vars put in. A new tenant gets a ring if the limit allows a
// fetch for it now, else ErrTenantLimit. Values that are not plain names give
// ErrTenantName.
//
// Ring does no I/O, and does not wait for that of other tenants.
func (t *Tenants) Ring(vars map[string]string, iss string) (*Ring, error) {
	if t.shared != nil {
		return t.shared, nil
	}
	t.mu.RLock()
	one := t.rings[iss]
	t.mu.RUnlock()
	if one != nil {
		if !one.used.Load() {
			one.used.Store(true)
		}
		return one.ring, nil
	}
	source, err := t.template.expand(vars)
	if err != nil {
		return nil, err
	}
	if source.Issuer != iss {
		return nil, ErrTenantName
	}
	if !t.options.Limit.room(t.options.Now().UnixNano()) {
		return nil, ErrTenantLimit
	}
	ring, err := New(source, t.options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTenantName, err)
	}
	ring.template = t.template.Issuer
	t.mu.Lock()
	defer t.mu.Unlock()
	if one := t.rings[iss]; one != nil {
		return one.ring, nil
	}
	if len(t.all) >= t.max {
		t.evict()
	}
	one = &tenant{issuer: iss, ring: ring}
	t.rings[iss] = one
	t.all = append(t.all, one)
	return ring, nil
}

// evict removes a ring: one that never had keys if there is one, so that made-up
// tenants displace each other and not real ones; among equals, one that was not
// used lately. It is called with the lock.
func (t *Tenants) evict() {
	victim := t.victim(func(one *tenant) bool { return one.ring.current.Load() == nil })
	if victim < 0 {
		victim = t.victim(func(*tenant) bool { return true })
	}
	one := t.all[victim]
	t.all = slices.Delete(t.all, victim, victim+1)
	delete(t.rings, one.issuer)
	one.ring.retire()
}

// victim returns the index of the first eligible tenant that was not used since
// the last search, else of the first eligible one, else -1.
func (t *Tenants) victim(eligible func(*tenant) bool) int {
	first := -1
	for i, one := range t.all {
		if !eligible(one) {
			continue
		}
		if first < 0 {
			first = i
		}
		if !one.used.Swap(false) {
			return i
		}
	}
	return first
}

// Rings returns the present rings, for their Health.
func (t *Tenants) Rings() []*Ring {
	if t.shared != nil {
		return []*Ring{t.shared}
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	rings := make([]*Ring, len(t.all))
	for i, one := range t.all {
		rings[i] = one.ring
	}
	return rings
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
