package testutil

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"time"
)

// Fail makes the server fail as f says, until Recover. If several faults concern a
// request, the first applies.
func (i *Issuer) Fail(f Fault) { i.fail(f) }

func (i *Issuer) fail(f Fault) *fault {
	active := &fault{Fault: f, over: make(chan struct{})}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = append(i.faults, active)
	return active
}

// Stall makes the server hold every request until release or Recover is called.
// Then the requests that still wait get their responses. A client that gives up
// ends its own request.
func (i *Issuer) Stall() (release func()) {
	f := i.fail(Fault{Delay: 1<<63 - 1})
	return func() { i.lift(func(other *fault) bool { return other == f }) }
}

// Recover ends all faults of Fail and Stall.
func (i *Issuer) Recover() { i.lift(func(*fault) bool { return true }) }

func (i *Issuer) lift(which func(*fault) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = slices.DeleteFunc(i.faults, func(f *fault) bool {
		if !which(f) {
			return false
		}
		close(f.over)
		return true
	})
}

// obstruct counts a request and applies a fault in force to it. It reports whether
// that made the response.
func (i *Issuer) obstruct(w http.ResponseWriter, r *http.Request, e endpoint) (answered bool) {
	i.mu.Lock()
	i.requests[e]++
	var f *fault
	for _, other := range i.faults {
		if other.concerns(r, e) {
			f = other
			break
		}
	}
	i.mu.Unlock()
	if f == nil {
		return false
	}
	if f.Delay > 0 {
		// net/http notices that a client has left only once the body is read.
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
		r.Body = io.NopCloser(bytes.NewReader(body))
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-f.over:
			return false
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-i.closing:
			panic(http.ErrAbortHandler)
		}
	}
	if f.Drop {
		panic(http.ErrAbortHandler)
	}
	for name, values := range f.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	if f.Status == 0 && f.Body == nil {
		return false
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	w.Write(f.Body)
	return true
}
