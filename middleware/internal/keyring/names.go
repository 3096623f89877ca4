package keyring

import (
	"container/list"
	"time"
)

// Bounds of what is remembered of tenants without keys.
const (
	namesMost = 4096        // that no request waits for
	failedFor = time.Minute // a tenant goes after the others when its fetch has failed
	rankMax   = 16          // requests that make a difference to a tenant's rank
)

// name is a tenant without keys, as a token named it.
type name struct {
	issuer   string
	asked    int   // requests since the last fetch, at most rankMax-1
	ring     *Ring // of the last fetch, nil if there was none
	failedAt int64 // when it failed
	turn     *turn // nil if no request waits for it

	in      *list.List // that it stands in, nil if in none
	element *list.Element
}

// rank returns the place of a name in the order of turns: the highest goes first.
func (n *name) rank(now int64) int {
	if n.ring != nil && now-n.failedAt < int64(failedFor) && now >= n.failedAt {
		return n.asked
	}
	return rankMax + n.asked
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

// fetched records the outcome of a fetch.
func (n *name) fetched(ring *Ring, err error, now int64) {
	n.asked, n.ring, n.failedAt = 0, nil, 0
	if err != nil {
		n.ring, n.failedAt = ring, now
	}
}

// names are the tenants without keys, by iss. Those for which no request waits are
// bounded in number; the one that was asked for longest ago goes first. The zero
// names are empty. The lock of the queue protects them.
type names struct {
	all  map[string]*name
	idle list.List // those for which no request waits
}

// get returns the name of a tenant, a new one if it has none.
func (a *names) get(iss string) *name {
	n := a.all[iss]
	if n == nil {
		n = &name{issuer: iss}
		if a.all == nil {
			a.all = map[string]*name{}
		}
		a.all[iss] = n
	}
	return n
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
