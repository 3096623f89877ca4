package testutil

import (
	"sync"
	"time"
)

// A clock is the server's time: that of source plus an offset, or a fixed time.
type clock struct {
	mu      sync.Mutex
	source  func() time.Time
	offset  time.Duration
	stopped time.Time // zero while the clock runs
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopped.IsZero() {
		return c.stopped
	}
	return c.source().Add(c.offset)
}

// Now returns the server's time. Give it to other parts of a test as their clock.
func (i *Issuer) Now() time.Time { return i.clock.now() }

// SetNow stops the server's clock at t. From then on only SetNow and Advance
// move it.
func (i *Issuer) SetNow(t time.Time) {
	i.clock.mu.Lock()
	defer i.clock.mu.Unlock()
	i.clock.stopped = t
}

// Advance moves the server's clock by d, whether it runs or was stopped by
// SetNow. A negative d moves it back.
func (i *Issuer) Advance(d time.Duration) {
	i.clock.mu.Lock()
	defer i.clock.mu.Unlock()
	if i.clock.stopped.IsZero() {
		i.clock.offset += d
	} else {
		i.clock.stopped = i.clock.stopped.Add(d)
	}
}
