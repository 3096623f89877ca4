package redisstore_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

// askers is how many goroutines a crowd has.
const askers = 8

// A crowd is a number of goroutines that keep asking about new keys.
type crowd struct {
	tb   testing.TB
	stop func() // returns when no goroutine asks any more

	mu      sync.Mutex
	phase   int
	answers []answer // of the present phase
}

// An answer is what First returned to a call that began and ended in the present phase.
type answer struct {
	key   [32]byte
	first bool
	err   error
}

// startCrowd starts a crowd, for the length of the test.
func startCrowd(tb testing.TB, r *redisstore.Replays) *crowd {
	c := &crowd{tb: tb}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for range askers {
		running.Go(func() {
			for ctx.Err() == nil {
				phase := c.now()
				a := answer{key: newKey()}
				a.first, a.err = r.First(context.Background(), a.key, time.Now().Add(time.Hour))
				c.add(phase, a)
			}
		})
	}
	c.stop = func() {
		cancel()
		running.Wait()
	}
	tb.Cleanup(c.stop)
	return c
}

func (c *crowd) now() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phase
}

func (c *crowd) add(phase int, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if phase == c.phase {
		c.answers = append(c.answers, a)
	}
}

// next begins a phase: answers to calls that began earlier do not count any more. It
// returns those that did.
func (c *crowd) next() []answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.answers
	c.phase, c.answers = c.phase+1, nil
	return old
}

// count returns how many answers there are in this phase, and how many are true.
func (c *crowd) count() (all, firsts int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.answers {
		if a.first {
			firsts++
		}
	}
	return len(c.answers), firsts
}

// admitted waits until n keys of this phase are new.
func (c *crowd) admitted(n int) {
	c.tb.Helper()
	eventually(c.tb, "keys are new", func() bool {
		_, firsts := c.count()
		return firsts >= n
	})
}

// fails waits for n answers of this phase, each of which must be an error, and one that
// wraps want unless that is nil.
func (c *crowd) fails(n int, want error) {
	c.tb.Helper()
	eventually(c.tb, "calls return", func() bool {
		all, _ := c.count()
		return all >= n
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.answers {
		if a.first || a.err == nil || want != nil && !errors.Is(a.err, want) {
			c.tb.Fatalf("First = %v, %v, want an error and %v", a.first, a.err, want)
		}
	}
}
