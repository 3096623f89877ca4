package testutil

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Fault is a way in which a server fails. With the zero value it does not fail.
type Fault struct {
	// Metadata, Keys and Token say which endpoints fail: the discovery documents,
	// the JWK Set, the token endpoint. If none is set, all fail.
	Metadata, Keys, Token bool

	// Path narrows the fault to requests whose path starts with it.
	Path string

	// Delay is how long requests are held before anything else happens to them.
	// The wait ends early when the client leaves, and with Recover and Close.
	Delay time.Duration

	// Drop closes the connection without a response. A client that has sent on a
	// connection it used before may try again at once, see http.Transport.
	Drop bool

	// Status, Header and Body are the response. If all are zero, and Drop is
	// false, the response is the usual one. If only Header is set, its fields are
	// added to the usual response. A zero Status with a Body means 200.
	Status int
	Header http.Header
	Body   []byte
}

// A fault is a Fault in force.
type fault struct {
	Fault
	over chan struct{} // closed when the fault ends
}

func (f *fault) concerns(r *http.Request, e endpoint) bool {
	on := !f.Metadata && !f.Keys && !f.Token
	switch e {
	case metadataEndpoint:
		on = on || f.Metadata
	case keysEndpoint:
		on = on || f.Keys
	case tokenEndpoint:
		on = on || f.Token
	}
	return on && strings.HasPrefix(r.URL.Path, f.Path)
}

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
