package keyring

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a ring needs besides its source. The zero Options are good.
type Options struct {
	// Client sends the requests; its transport, timeout and cookies are
	// honoured, its redirect policy is not: redirects are refused. Nil means a
	// client of the ring's own.
	Client *http.Client

	// Now is the clock; nil means time.Now.
	Now func() time.Time

	// Observe is told what happens, from the goroutine of a fetch and outside
	// all locks. It must be quick, safe for concurrent use, and not panic. It
	// may be nil.
	Observe func(Event)

	// Rand returns numbers in [0, 1) for the jitter; nil means math/rand/v2. It
	// must be safe for concurrent use.
	Rand func() float64

	// Limit bounds the first fetches of rings that share it. Nil means none,
	// for a family one of its own.
	Limit *Limiter

	// KnownTenants says that a family is asked for tenants of the configuration
	// only. Nobody can make one up then, so that their first fetches need no
	// Limit, and a tenant whose keys are not to be had is an outage like any
	// other issuer's.
	KnownTenants bool
}

// Ring is the key set of one issuer. All methods are safe for concurrent use.
type Ring struct {
	source   Source
	options  Options
	client   *http.Client
	template string // of the family that it belongs to, else empty

	snap     atomic.Pointer[snapshot] // nil until there are keys
	due      atomic.Int64             // readers start a background refresh from here on
	shut     atomic.Int64             // unknown key ids are refused until then, without the lock
	requests atomic.Uint64

	mu        sync.Mutex
	flight    *flight // the attempt under way
	flights   uint64  // attempts so far
	pace      pace
	absent    *absent
	meta      metadata
	metaFirst bool  // the next attempt begins with discovery
	fault     Fault // of the last attempt
	metaFault Fault
	failing   int64 // since when; 0 if all is well
	retired   bool
}

// New returns the ring of a source. It does no I/O. It fails if the source has
// no issuer or an unusable URL, and if a static set holds no usable key.
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
		doc, err := parseSet(source.JWKS)
		if err != nil {
			return nil, &SetError{Fault: err.(Fault), Remarks: remarksOf(doc)}
		}
		s := build(r, doc, nil)
		s.fetched = r.now()
		s.born, s.soft, s.hard = math.MinInt64, math.MaxInt64, math.MaxInt64
		r.due.Store(math.MaxInt64)
		r.snap.Store(s)
		return r, nil
	}
	// go-oidc makes a URL of it; a template with its placeholder in the host is none.
	if _, err := url.Parse(source.metadataIssuer()); source.discovers() && (err != nil || strings.ContainsFunc(source.metadataIssuer(), isControl)) {
		return nil, errIssuerURL
	}
	var err error
	r.client, err = clientFor(options.Client, source.RefusePrivate)
	return r, err
}

// Keys returns the keys that a token with this kid and alg may have been signed
// with, at most four, all of that kid and fit for that alg. They are to be
// tried in order. The slice is shared and must not be changed. An empty kid
// means that the token has none; then there is a key only if exactly one of the
// set fits the alg (RFC 7515, section 4.1.4, and RFC 7517, section 4.5).
//
// Keys does not wait for keys it has. For an unknown kid it may wait for a
// fetch, at most five seconds and not longer than ctx allows. The errors are
// ErrUnknownKey, ErrAlgorithm, ErrTenantLimit and *UnavailableError.
func (r *Ring) Keys(ctx context.Context, kid, alg string) ([]*Key, error) {
	now := r.now()
	s := r.snap.Load()
	if !s.usable(now) {
		return r.wait(ctx, caller{kid: kid, alg: alg})
	}
	if now >= r.due.Load() || now < s.born {
		r.kick(now)
	}
	if keys := s.find(kid, alg); keys != nil {
		return keys, nil
	}
	if err := r.settled(s, kid, now); err != nil {
		return nil, err
	}
	return r.wait(ctx, caller{kid: kid, alg: alg})
}

// Replaced is for a token without a kid that tried, the one key that Keys
// returned for it, does not verify: the issuer may have replaced its only key.
// It asks the issuer as Keys does for an unknown kid, within the same
// allowance, and returns the key that is there instead, or ErrUnknownKey.
//
// There is no such second look for a token with a kid, whose issuer must not
// give a new key the name of an old one: bad signatures cause no fetches.
func (r *Ring) Replaced(ctx context.Context, alg string, tried *Key) ([]*Key, error) {
	now := r.now()
	if s := r.snap.Load(); s.usable(now) {
		if keys := s.find("", alg); len(keys) > 0 && keys[0] != tried {
			return keys, nil
		}
		if s.hard == math.MaxInt64 || r.isShut(now) {
			return nil, ErrUnknownKey
		}
	}
	return r.wait(ctx, caller{alg: alg, tried: tried})
}

// Known returns what Keys would, if that takes no fetch and starts none, else
// nil. It reads no clock and never waits.
func (r *Ring) Known(kid, alg string, now time.Time) []*Key {
	s, t := r.snap.Load(), now.UnixNano()
	if !s.usable(t) || t >= r.due.Load() || t < s.born {
		return nil
	}
	return s.find(kid, alg)
}

// settled returns the refusal of a token without candidates, if no fetch is to
// decide about it.
func (r *Ring) settled(s *snapshot, kid string, now int64) error {
	switch {
	case kid == "", len(kid) > maxKIDLen:
		return ErrUnknownKey
	case s.kids[kid]:
		return ErrAlgorithm
	case s.hard == math.MaxInt64: // a static set
		return ErrUnknownKey
	}
	if r.isShut(now) {
		return ErrUnknownKey
	}
	return nil
}

// isShut reports whether no attempt on demand may be made at now, as far as
// that is known without the lock.
func (r *Ring) isShut(now int64) bool {
	left := r.shut.Load() - now
	return left > 0 && left <= int64(2*floorMax)
}

// Refresh makes sure that there are usable keys, and fetches them if there are
// none; it obeys the floor between attempts as any request does. The error is
// an *UnavailableError or ErrTenantLimit.
func (r *Ring) Refresh(ctx context.Context) error {
	now := r.now()
	if s := r.snap.Load(); s.usable(now) {
		if now >= r.due.Load() || now < s.born {
			r.kick(now)
		}
		return nil
	}
	_, err := r.wait(ctx, caller{})
	if err == ErrUnknownKey && r.snap.Load().usable(r.now()) {
		return nil
	}
	return err
}

// now returns the ring's time in Unix nanoseconds.
func (r *Ring) now() int64 { return r.options.Now().UnixNano() }

func isControl(c rune) bool { return c < ' ' || c == 0x7f }
