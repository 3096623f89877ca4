package keyring

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// Options are what a ring needs besides its source. The zero Options are valid.
type Options struct {
	// Client sends the requests. Its transport, timeout and cookies are used.
	// Its redirect policy is not: redirects are refused. Nil means a client of
	// the ring's own.
	Client *http.Client

	// Now is the clock; nil means time.Now.
	Now func() time.Time

	// Observe is called for every event, from the goroutine of the fetch and
	// outside all locks. It must be quick, safe for concurrent use, and not
	// panic. It may be nil.
	Observe func(Event)

	// Rand returns numbers in [0, 1) for the jitter; nil means math/rand/v2. It
	// must be safe for concurrent use.
	Rand func() float64

	// KnownTenants says that Tenants are only asked for tenants that the
	// configuration lists. Clients cannot make up tenants then, so the first
	// fetches need no limit, and a tenant whose keys cannot be fetched is an
	// outage as for any other issuer.
	KnownTenants bool

	// TenantExists says whether a tenant exists whose values stand in the place of
	// the template's placeholders. Tenants ask it before they fetch anything for a
	// tenant. Its context ends after 5 s. It must be safe for concurrent use. A
	// panic counts as an error. Nil means that any tenant may exist.
	TenantExists func(ctx context.Context, vars map[string]string) (bool, error)
}

// Ring is the key set of one issuer. All methods are safe for concurrent use.
type Ring struct {
	source   Source
	options  Options
	client   *fetch.Client // nil for a static set
	seed     *snapshot     // of a set from the configuration that a fetch replaces, nil if there is none
	template string        // of the Tenants that it belongs to, else empty
	doubtful bool          // a token named the tenant, and no register has confirmed that it exists

	current         atomic.Pointer[snapshot] // nil until there are keys
	refreshAt       atomic.Int64             // readers start a background refresh from then on
	blockedFrom     atomic.Int64             // from then on,
	blockedUntil    atomic.Int64             // and until then unknown key IDs are refused without the lock,
	wantedUntil     atomic.Int64             // until then those that several requests name,
	unverifiedUntil atomic.Int64             // and until then tokens that their key does not verify
	demand          atomic.Pointer[demand]   // since the last attempt began; nil if there was none

	mu         sync.Mutex
	call       *fetchCall // the attempt under way, nil if there is none
	attempts   uint64     // so far
	schedule   schedule
	misses     *missCache
	waiters    waiters
	unverified int // requests that wait because their key does not verify the token
	meta       metadata
	metaFirst  bool        // the next attempt begins with discovery
	fault      fault.Fault // of the last attempt
	unusable   *jwks.Set   // that it got and did not take, nil if none
	metaFault  fault.Fault
	failing    int64 // since when; 0 if the last attempt succeeded
	retired    bool
}

// fetchCall is an attempt under way. All requests that wait for it share it.
type fetchCall struct {
	number uint64
	reason reason
	start  int64
	done   chan struct{} // closed at the end; fault is set before
	fault  fault.Fault
}

// New returns the ring of a source. It does no I/O. It fails if the source has
// no issuer or an unusable URL, and with a *SetError if a set of the configuration
// has no usable key.
func New(source Source, options Options) (*Ring, error) {
	source.JWKS = slices.Clone(source.JWKS)
	if err := source.check(); err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Rand == nil {
		options.Rand = rand.Float64
	}
	r := &Ring{source: source, options: options}
	if source.JWKS != nil {
		set, err := parseSet(source.JWKS)
		if err != nil {
			return nil, err
		}
		now := r.now()
		if source.static() {
			r.refreshAt.Store(math.MaxInt64)
			r.current.Store(newSnapshot(r, set, nil).forever(now))
			return r, nil
		}
		r.seed = newSnapshot(r, set, nil).at(now, now, 0)
		r.current.Store(r.seed)
	}
	if source.discovers() {
		if err := source.checkMetadataIssuer(); err != nil {
			return nil, err
		}
	}
	client, err := fetch.HTTPClient(options.Client, source.RefusePrivate)
	if err != nil {
		return nil, err
	}
	r.client = fetch.NewClient(client)
	return r, nil
}

// now returns the ring's time in Unix nanoseconds.
func (r *Ring) now() int64 { return r.options.Now().UnixNano() }
