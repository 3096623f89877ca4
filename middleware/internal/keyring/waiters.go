package keyring

import (
	"math/rand/v2"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Bounds of the requests of a ring that wait at the same time.
const (
	waitersMost    = 1000 // requests
	waitersIDs     = 100  // key IDs that they name, while there are keys
	waitersIDsCold = 500  // while there are none
	pickIDs        = 8    // of which the one with the fewest requests gives way
	pickRequests   = 3    // of which the one whose key ID has the most gives way
	unverifiedMost = 100  // requests with a bad signature, in addition
)

// waiter is a request that waits for keys. The ring's lock protects what may change.
type waiter struct {
	query
	hash       uint64 // of the name
	wanted     bool   // several requests give that name
	unverified bool   // the token names a key that does not verify it
	exempt     bool   // it needs no place: the API itself waits, and not a request
	start      int64

	arrived   uint64        // number of attempts when it came
	asked     bool          // an attempt that began after it came has succeeded,
	failed    fault.Fault   // or failed
	displaced chan struct{} // closed if another request takes its place; err is set before
	err       error
	group     *waiterGroup // nil if it has no place
	index     int
}

// tellable reports whether the request may learn of an outage: its key may be a new one,
// and no key of that name has failed to verify it.
func (w *waiter) tellable() bool { return w.name() != "" && w.tried == nil }

// waiters are the requests that wait for an attempt, by the key ID that they name.
// A request always gets a place. If there is none left, others give way:
//
//   - Of too many key IDs, some are picked at random, and the one with the fewest
//     requests gives way with all of them. Made-up key IDs displace each other, and
//     not a key ID that many tokens name.
//   - Of too many requests, some are picked at random, and the one whose key ID has
//     the most of them gives way. A made-up key ID that is named often displaces
//     itself.
//
// The ring's lock protects it.
type waiters struct {
	number int
	groups []*waiterGroup
	byID   map[uint64]*waiterGroup
}

// waiterGroup holds the requests for one key ID.
type waiterGroup struct {
	hash    uint64
	index   int // in groups
	members []*waiter
}

// add gives w a place, and returns those that give way.
func (q *waiters) add(w *waiter, mostIDs int) (out []*waiter) {
	if q.byID[w.hash] == nil && len(q.groups) >= mostIDs {
		out = append(out, q.fewest().members...)
	} else if q.number >= waitersMost {
		out = append(out, q.most())
	}
	for _, one := range out {
		q.remove(one)
	}
	g := q.byID[w.hash]
	if g == nil {
		g = &waiterGroup{hash: w.hash, index: len(q.groups)}
		q.groups = append(q.groups, g)
		if q.byID == nil {
			q.byID = make(map[uint64]*waiterGroup)
		}
		q.byID[w.hash] = g
	}
	w.group, w.index = g, len(g.members)
	g.members = append(g.members, w)
	q.number++
	return out
}

// fewest returns the group with the fewest members among some picked at random.
func (q *waiters) fewest() *waiterGroup {
	fewest := q.groups[rand.IntN(len(q.groups))]
	for range pickIDs - 1 {
		if g := q.groups[rand.IntN(len(q.groups))]; len(g.members) < len(fewest.members) {
			fewest = g
		}
	}
	return fewest
}

// most returns, of some waiters picked at random, one of the largest group.
func (q *waiters) most() *waiter {
	most := q.random()
	for range pickRequests - 1 {
		if w := q.random(); len(w.group.members) > len(most.group.members) {
			most = w
		}
	}
	return most
}

// random returns a waiter picked at random.
func (q *waiters) random() *waiter {
	n := rand.IntN(q.number)
	at := 0
	for ; n >= len(q.groups[at].members); at++ {
		n -= len(q.groups[at].members)
	}
	return q.groups[at].members[n]
}

// release takes all places away: the attempt that they were for has ended.
func (q *waiters) release() {
	for _, g := range q.groups {
		for _, w := range g.members {
			w.group = nil
		}
	}
	*q = waiters{}
}

// remove takes the place of w away, if it has one.
func (q *waiters) remove(w *waiter) {
	g := w.group
	if g == nil {
		return
	}
	w.group = nil
	q.number--
	last := len(g.members) - 1
	g.members[w.index] = g.members[last]
	g.members[w.index].index = w.index
	g.members[last] = nil
	g.members = g.members[:last]
	if last > 0 {
		return
	}
	delete(q.byID, g.hash)
	end := len(q.groups) - 1
	q.groups[g.index] = q.groups[end]
	q.groups[g.index].index = g.index
	q.groups[end] = nil
	q.groups = q.groups[:end]
}
