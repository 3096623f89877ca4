package keyring

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Bounds of a queue.
const (
	turnMax     = 5 * time.Second // a request waits for the turn of its tenant,
	firstMax    = 8 * time.Second // and for the turn and the fetch together
	fetchesMost = 64              // fetches at a time
	waitingMost = 1024            // requests that wait
	waitingEach = waitingMost / 4 // of them for one tenant
	turnRetry   = 2 * time.Second // Retry-After where there are more tenants than can be fetched
)

// queue decides in which order tenants without keys have them fetched. The tenants
// for which most requests have come since their last fetch go first: clients of a
// tenant that exists keep asking, and a made-up name is soon replaced by another
// one. Tenants whose fetch has failed go after all others. Among equals the one that
// waits longest goes first. It is safe for concurrent use.
//
// A fetch runs on its own, and its outcome is that of all requests that wait for
// the tenant. Tenants for which no request waits are not fetched.
type queue struct {
	now    func() int64
	kept   func(iss string) *Ring
	fetch  func(source Source, ring *Ring) (*Ring, error) // ring is that of the last fetch, or nil
	budget *budget                                        // nil if the tenants are known to exist

	mu       sync.Mutex
	names    names
	ranks    [2 * rankMax]list.List // names that wait for their turn, the oldest first
	waiting  int                    // requests
	underway int                    // fetches
	waking   bool                   // a timer will call dispatch
}

// wait returns the ring of a tenant when it has keys.
func (q *queue) wait(ctx context.Context, source Source) (*Ring, error) {
	t, ring, err := q.join(source)
	if t == nil {
		return ring, err
	}
	defer q.leave(t)
	timeout := time.NewTimer(turnMax)
	defer timeout.Stop()
	for began := false; ; {
		select {
		case <-t.done:
			return t.ring, t.err
		case <-timeout.C:
			if began {
				return nil, unavailable(0, fault.Timeout, nil)
			}
			if err := q.tooLate(t); err != nil {
				return nil, err
			}
			began = true
			timeout.Reset(firstMax - turnMax)
		case <-ctx.Done():
			if err := q.tooLate(t); err == ErrTenantLimit {
				return nil, err
			}
			return nil, unavailable(0, "", ctx.Err())
		}
	}
}

// tooLate returns the error of a request that waits no longer for its turn, nil if
// the fetch has begun.
func (q *queue) tooLate(t *turn) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.running {
		return nil
	}
	return q.refusal(q.now())
}

// refusal returns the error of a request whose tenant has no turn. If made-up names
// are the reason, it is not one for which the API would respond with status 503. It
// is called with the lock.
func (q *queue) refusal(now int64) error {
	if q.budget != nil && q.underway < fetchesMost && q.budget.failedLately(now) {
		return ErrTenantLimit
	}
	return unavailable(turnRetry, "", nil)
}

// join returns the turn that a request has to wait for, or its result.
func (q *queue) join(source Source) (*turn, *Ring, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ring := q.kept(source.Issuer); ring != nil {
		return nil, ring, nil
	}
	now := q.now()
	n := q.names.get(source.Issuer)
	if n.turn == nil && n.ring != nil {
		if err := n.ring.notYet(now); err != nil {
			q.names.rest(n, now)
			return nil, nil, err
		}
	}
	n.ask(now)
	full := n.turn != nil && n.turn.requests >= waitingEach ||
		q.waiting >= waitingMost && !q.makeRoom(n, now)
	if full {
		if n.turn == nil {
			q.names.rest(n, now)
		}
		return nil, nil, q.refusal(now)
	}
	if n.turn == nil {
		n.turn = &turn{name: n, source: source, done: make(chan struct{})}
	}
	t := n.turn
	t.requests++
	q.waiting++
	if !t.running {
		n.enter(&q.ranks[q.names.rank(n, now)])
		q.dispatch(now)
	}
	return t, nil, nil
}

// makeRoom ends the turn of the last one of the other names with a lower rank, and
// reports whether there is one.
func (q *queue) makeRoom(n *name, now int64) bool {
	for i := range q.ranks[:q.names.rank(n, now)] {
		last := q.ranks[i].Back()
		if last != nil && last.Value == n {
			last = last.Prev()
		}
		if last != nil {
			t := last.Value.(*name).turn
			q.waiting -= t.requests
			t.err = q.refusal(now)
			q.end(t, now)
			return true
		}
	}
	return false
}

// leave is called when a request waits no longer.
func (q *queue) leave(t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.over {
		return
	}
	t.requests--
	q.waiting--
	if t.requests == 0 && !t.running {
		q.end(t, q.now())
	}
}

// end ends a turn. It is called with the lock.
func (q *queue) end(t *turn, now int64) {
	t.over = true
	t.name.turn = nil
	q.names.rest(t.name, now)
	close(t.done)
}

// dispatch begins the fetches that may begin. It is called with the lock.
func (q *queue) dispatch(now int64) {
	for rank := len(q.ranks) - 1; rank >= 0 && q.underway < fetchesMost; {
		first := q.ranks[rank].Front()
		if first == nil {
			rank--
			continue
		}
		if q.budget != nil && !q.budget.take(now) {
			q.wakeAfter(q.budget.wait(now))
			return
		}
		n := first.Value.(*name)
		n.enter(nil)
		n.turn.running = true
		q.underway++
		go q.run(n.turn)
	}
}

// wakeAfter has dispatch called after d. It is called with the lock.
func (q *queue) wakeAfter(d time.Duration) {
	if q.waking {
		return
	}
	q.waking = true
	time.AfterFunc(max(d, time.Millisecond), func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.waking = false
		q.dispatch(q.now())
	})
}

// run makes the fetch of a turn.
func (q *queue) run(t *turn) {
	ring, err := q.fetch(t.source, t.name.ring)
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	q.underway--
	q.waiting -= t.requests
	t.ring, t.err = ring, err
	if q.budget != nil {
		q.budget.ended(now, err == nil)
	}
	q.names.fetched(t.name, ring, err, now)
	q.end(t, now)
	q.dispatch(now)
}

// rings returns the rings of tenants whose fetch has failed.
func (q *queue) rings() []*Ring {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.names.rings()
}

// notYet returns the error of a request if no attempt may start now because the last
// one has failed, else nil.
func (r *Ring) notYet(now int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call != nil || r.schedule.wait(now, false) == 0 {
		return nil
	}
	return r.refusal(new(waiter), false, now, r.fault)
}
