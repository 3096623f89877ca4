package integration_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// events collects what an Authenticator reports.
type events struct {
	mu   sync.Mutex
	all  []middleware.Event
	more chan struct{} // closed at the next event
}

func newEvents() *events { return &events{more: make(chan struct{})} }

func (e *events) add(_ context.Context, event middleware.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
	close(e.more)
	e.more = make(chan struct{})
}

// take returns all events since the last call, and the channel that is closed at
// the next event.
func (e *events) take() ([]middleware.Event, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.all
	e.all = nil
	return all, e.more
}

// wait takes events until one of the kind comes, and returns that one.
func (e *events) wait(t *testing.T, kind middleware.EventKind) middleware.Event {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		all, more := e.take()
		for _, event := range all {
			if event.Kind == kind {
				return event
			}
		}
		select {
		case <-more:
		case <-limit.C:
			t.Fatalf("no event %s", kind)
		}
	}
}

// rejection takes all events and returns the reason of the last rejected request.
func (e *events) rejection() middleware.Reason {
	var reason middleware.Reason
	all, _ := e.take()
	for _, event := range all {
		if event.Kind == middleware.EventRefused {
			reason = event.Reason
		}
	}
	return reason
}
