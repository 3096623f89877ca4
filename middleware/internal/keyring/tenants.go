package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// defaultTenants is the number of tenants whose keys are kept if nothing else is
// said.
const defaultTenants = 10_000

// Tenants holds the rings of all tenants of one issuer template. The number of
// rings is bounded, and so are the fetches that made-up tenants cause. All
// methods are safe for concurrent use.
type Tenants struct {
	template Source
	options  Options
	shared   *Ring // if all tenants have one key set

	kept     *kept
	register *register // nil if there is none
	doubtful *queue    // for tenants that may not exist
	certain  *queue    // for tenants that the register knows, or that had keys before
}

// NewTenants returns the Tenants of a template: a source whose Issuer, and
// MetadataURL, MetadataIssuer and JWKSURL if they are set, have {name} in the
// place of what differs between tenants. If neither of the two URLs does, all
// tenants share one ring, and the metadata must name the template itself as its
// issuer, as that of Entra ID's common endpoint does. max is the number of tenants
// whose keys are kept; 0 means 10,000.
//
// A placeholder in the host must be followed by a fixed domain.
func NewTenants(template Source, max int, options Options) (*Tenants, error) {
	if err := checkTemplate(&template); err != nil {
		return nil, err
	}
	if max <= 0 {
		max = defaultTenants
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	t := &Tenants{template: template, options: options, kept: newKept(max)}
	if options.TenantExists != nil {
		t.register = newRegister(options.TenantExists, t.now, max)
	}
	if template.isShared() {
		ring, err := New(template, options)
		if err != nil {
			return nil, err
		}
		t.shared = ring
		return t, nil
	}
	client, err := fetch.HTTPClient(options.Client, template.RefusePrivate)
	if err != nil {
		return nil, err
	}
	t.options.Client = client // one pool of connections for all
	t.doubtful = &queue{now: t.now, kept: t.kept.get, fetch: t.fetch, budget: new(budget)}
	t.certain = &queue{now: t.now, kept: t.kept.get, fetch: t.fetch}
	return t, nil
}

func (t *Tenants) now() int64 { return t.options.Now().UnixNano() }

// Await returns the ring of the tenant whose tokens have this iss, which must be
// the template with vars put in. It does not wait for a tenant that has keys. For
// any other it asks Options.TenantExists, waits for the tenant's turn, at most 5 s,
// and for the fetch of its keys, at most 8 s in all and not longer than ctx allows.
//
// The errors are those of Ring.Find, ErrTenantName, ErrNoTenant and ErrTenantLimit.
func (t *Tenants) Await(ctx context.Context, vars map[string]string, iss string) (*Ring, error) {
	if t.shared == nil {
		if ring := t.kept.get(iss); ring != nil {
			return ring, nil
		}
	}
	source, err := t.expand(vars, iss)
	if err != nil {
		return nil, err
	}
	if t.register != nil {
		if err := t.register.check(ctx, vars, iss); err != nil {
			return nil, err
		}
	}
	switch {
	case t.shared != nil:
		return t.shared, nil
	case t.options.KnownTenants:
		return t.Ring(vars, iss)
	case t.register != nil || t.kept.hadKeys(iss, t.now()):
		return t.certain.wait(ctx, source)
	}
	return t.doubtful.wait(ctx, source)
}

// expand returns the source of a tenant.
func (t *Tenants) expand(vars map[string]string, iss string) (Source, error) {
	if t.shared != nil {
		return t.template, nil
	}
	source, err := t.template.expand(vars)
	if err == nil && source.Issuer != iss {
		err = ErrTenantName
	}
	return source, err
}

// Ring returns the ring of a tenant, as Await does, but without a wait and without
// a fetch. A ring without keys is not kept, see Keep, unless Options.KnownTenants is
// set.
func (t *Tenants) Ring(vars map[string]string, iss string) (*Ring, error) {
	if t.shared != nil {
		return t.shared, nil
	}
	if ring := t.kept.get(iss); ring != nil {
		return ring, nil
	}
	source, err := t.expand(vars, iss)
	if err != nil {
		return nil, err
	}
	ring, err := t.open(source)
	if err == nil && t.options.KnownTenants {
		ring = t.kept.add(ring)
	}
	return ring, err
}

// Present returns the ring of the tenant whose tokens have this iss, if Await would
// return it without asking anyone, else nil.
func (t *Tenants) Present(iss string) *Ring {
	if t.shared == nil {
		return t.kept.get(iss)
	}
	if t.register != nil {
		return nil // it may not know the tenant
	}
	return t.shared
}

// Keep keeps a ring that Ring has returned and that has got keys by Ring.Import.
func (t *Tenants) Keep(ring *Ring) {
	if t.shared == nil {
		t.kept.add(ring)
	}
}

// open returns a new ring.
func (t *Tenants) open(source Source) (*Ring, error) {
	ring, err := New(source, t.options)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTenantName, err)
	}
	ring.template = t.template.Issuer
	ring.doubtful = t.register == nil && !t.options.KnownTenants
	return ring, nil
}

// fetch fetches the keys of a tenant and keeps its ring. It returns the ring also if
// that fails, for the next fetch.
func (t *Tenants) fetch(source Source, ring *Ring) (*Ring, error) {
	if ring == nil {
		var err error
		if ring, err = t.open(source); err != nil {
			return nil, err
		}
	}
	if err := ring.Refresh(context.Background()); err != nil {
		if errors.Is(err, ErrUnknownKey) {
			t.kept.forget(source.Issuer)
		}
		return ring, err
	}
	return t.kept.add(ring), nil
}

// Rings returns the present rings, for their Health: those that are kept, and of
// some tenants that have no keys because their last fetch has failed.
func (t *Tenants) Rings() []*Ring {
	if t.shared != nil {
		return []*Ring{t.shared}
	}
	rings := t.kept.list()
	for _, q := range []*queue{t.certain, t.doubtful} {
		rings = append(rings, q.rings()...)
	}
	return rings
}

// Kept returns the number of tenants whose keys are kept, and its bound. Both are 0
// if all tenants share one ring.
func (t *Tenants) Kept() (n, max int) {
	if t.shared != nil {
		return 0, 0
	}
	return t.kept.count(), t.kept.max
}
