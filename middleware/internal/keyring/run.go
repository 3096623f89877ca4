package keyring

import (
	"context"
	"math"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// start begins an attempt. It is called with the lock.
func (r *Ring) start(now int64, why reason) *fetchCall {
	r.schedule.started(now, why)
	r.attempts++
	c := &fetchCall{number: r.attempts, reason: why, start: now, done: make(chan struct{})}
	r.call = c
	r.refreshAt.Store(math.MaxInt64)
	r.blockedUntil.Store(0)
	r.wantedUntil.Store(0)
	r.unverifiedUntil.Store(0)
	r.demand.Store(nil)
	a := &attempt{
		source:    &r.source,
		session:   fetch.Session{Client: r.client, Now: r.now},
		current:   r.current.Load(),
		meta:      r.meta,
		metaFirst: r.metaFirst,
		metaFault: r.metaFault,
		awaited:   why != refreshDue,
	}
	go r.run(c, a)
	return c
}

// run makes an attempt and finishes it. A transport that does not obey its
// context keeps its own goroutine, but not the ring.
func (r *Ring) run(c *fetchCall, a *attempt) {
	ctx, cancel := context.WithTimeout(context.Background(), fetch.Timeout)
	defer cancel()
	ended := make(chan *attempt, 1)
	go func() {
		defer func() {
			if recover() != nil { // hostile input, and parsers and transports of others
				ended <- &attempt{fault: fault.Internal, abandoned: true}
			}
		}()
		a.run(ctx)
		ended <- a
	}()
	watchdog := time.NewTimer(fetch.Timeout + time.Second)
	defer watchdog.Stop()
	select {
	case a := <-ended:
		r.finish(c, a)
	case <-watchdog.C:
		r.finish(c, &attempt{fault: fault.Timeout, abandoned: true})
	}
}
