package middleware

import (
	"sync/atomic"
	"unsafe"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// The counters are those of one Authenticator.
type counters struct {
	refused        map[Reason]*atomic.Uint64 // of every Reason; never written
	left           atomic.Uint64
	vouched        atomic.Uint64
	refusedHits    atomic.Uint64 // cached tokens whose request was not admitted
	misses         atomic.Uint64
	fetches        atomic.Uint64
	failedFetches  atomic.Uint64
	replayFailures atomic.Uint64 // of DPoP.Replays
	untrusted      atomic.Uint64 // certificates from peers that are no proxies
	stripes        [1 << stripeBits]stripe
}

// A stripe counts the admissions of some goroutines, in cache lines of its own: one
// counter that all cores write would cost each of them more than the rest of a decision
// about a cached token.
type stripe struct {
	cached, verified atomic.Uint64
	_                [112]byte
}

const stripeBits = 5

func newCounters() *counters {
	c := &counters{refused: map[Reason]*atomic.Uint64{}}
	for _, r := range reasons {
		c.refused[r] = new(atomic.Uint64)
	}
	return c
}

// admitted counts an admission.
func (c *counters) admitted(cached bool) {
	if s := c.stripe(); cached {
		s.cached.Add(1)
	} else {
		s.verified.Add(1)
	}
}

// stripe returns the stripe of the goroutine, which it tells by its stack. If the stack
// moves, the next one counts on.
func (c *counters) stripe() *stripe {
	var here byte
	const golden = 0x9E3779B97F4A7C15 // spreads the addresses
	return &c.stripes[uint64(uintptr(unsafe.Pointer(&here))>>10)*golden>>(64-stripeBits)]
}

// rejected counts a rejected request. hit says that its token was in the cache.
func (c *counters) rejected(r Reason, hit bool) {
	if n := c.refused[r]; n != nil {
		n.Add(1)
	} else {
		c.left.Add(1)
	}
	if hit {
		c.refusedHits.Add(1)
	}
}

// keys counts what happened to a key ring.
func (c *counters) keys(kind keyring.EventKind) {
	switch kind {
	case keyring.EventFailed:
		c.failedFetches.Add(1)
		c.fetches.Add(1)
	case keyring.EventFetched:
		c.fetches.Add(1)
	}
}
