package keyring

import (
	"container/list"
	"errors"
	"time"
)

// Bounds of what is remembered of tenants without keys.
const (
	namesMost   = 4096             // that no request waits for
	unknownMost = 4096             // that the issuer does not know
	unknownFor  = 15 * time.Minute // these go after the others
	failedFor   = time.Minute      // those go after the others whose fetch failed otherwise

	// Requests that come together say no more about a tenant than one of them:
	// anyone can send one four times. This many of those that come apart make a
	// difference to its rank.
	rankMax = 16
	apart   = time.Second / 4
)

// name is a tenant without keys, as a token named it.
type name struct {
	issuer   string
	asked    int   // requests that came apart since the last fetch, at most rankMax-1
	askedAt  int64 // when the last one of them came
	ring     *Ring // of the last fetch, nil if there was none
	failedAt int64 // when it failed
	turn     *turn // nil if no request waits for it

	in      *list.List // that it stands in, nil if in none
	element *list.Element
}

// turn is a fetch of a tenant's keys, from the moment when the first request waits
// for it.
type turn struct {
	name     *name
	source   Source
	requests int  // that wait for it
	running  bool // the fetch has begun
	over     bool // it has ended, or made room for others

	done chan struct{} // closed when it is over; ring and err are set before
	ring *Ring
	err  error
}

// ask counts a request.
func (n *name) ask(now int64) {
	if n.asked == 0 || now-n.askedAt >= int64(apart) || now < n.askedAt {
		n.asked, n.askedAt = min(n.asked+1, rankMax-1), now
	}
}

// enter puts the name at the end of a list, unless it stands there, and takes it
// out of the one where it stood. l may be nil.
func (n *name) enter(l *list.List) {
	if n.in == l {
		return
	}
	if n.in != nil {
		n.in.Remove(n.element)
	}
	if n.in = l; l != nil {
		n.element = l.PushBack(n)
	}
}

// names are the tenants without keys, by iss. Those for which no request waits are
// bounded in number; the one that was asked for longest ago goes first. The zero
// names are empty. The lock of the queue protects them.
type names struct {
	all     map[string]*name
	idle    list.List // those for which no request waits
	unknown *recent   // the iss of those that the issuer does not know
}

// get returns the name of a tenant, a new one if it has none.
func (a *names) get(iss string) *name {
	n := a.all[iss]
	if n == nil {
		n = &name{issuer: iss}
		if a.all == nil {
			a.all = map[string]*name{}
			a.unknown = newRecent(unknownMost, unknownFor)
		}
		a.all[iss] = n
	}
	return n
}

// rank returns the place of a name in the order of turns: the highest goes first.
func (a *names) rank(n *name, now int64) int {
	failed := n.ring != nil && now-n.failedAt < int64(failedFor) && now >= n.failedAt
	if failed || a.unknown.has(n.issuer, now) {
		return n.asked
	}
	return rankMax + n.asked
}

// fetched records the outcome of a fetch.
func (a *names) fetched(n *name, ring *Ring, err error, now int64) {
	n.asked, n.ring, n.failedAt = 0, nil, 0
	if err == nil {
		a.unknown.forget(n.issuer)
		return
	}
	n.ring, n.failedAt = ring, now
	if errors.Is(err, ErrUnknownKey) {
		a.unknown.add(n.issuer, now)
	}
}

// rest is called when no request waits for a name. It is forgotten if there is
// nothing to remember, else when many others come after it.
func (a *names) rest(n *name, now int64) {
	n.enter(nil)
	if n.asked == 0 && n.ring == nil {
		delete(a.all, n.issuer)
		return
	}
	n.enter(&a.idle)
	if a.idle.Len() > namesMost {
		first := a.idle.Front().Value.(*name)
		first.enter(nil)
		delete(a.all, first.issuer)
	}
}

// rings returns the rings of tenants whose fetch has failed.
func (a *names) rings() []*Ring {
	var rings []*Ring
	for _, n := range a.all {
		if n.ring != nil {
			rings = append(rings, n.ring)
		}
	}
	return rings
}
