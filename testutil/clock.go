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

// stop stops the clock at t.
func (c *clock) stop(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = t
}

// advance moves the clock by d, whether it runs or is stopped.
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped.IsZero() {
		c.offset += d
	} else {
		c.stopped = c.stopped.Add(d)
	}
}
