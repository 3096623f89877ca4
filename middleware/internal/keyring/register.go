package keyring

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Bounds of what is asked of a register, and remembered of it.
const (
	registerTimeout = 5 * time.Second  // of a question
	registerMost    = 1024             // questions at a time
	existsFor       = 10 * time.Minute // a yes is valid
	missingFor      = 10 * time.Second // a no is valid
	missingMost     = 4096             // noes that are remembered
)

// register asks the API's own register which tenants exist. Requests for one tenant
// share a question. Yes and no are remembered apart, so that made-up names displace
// only each other. It is safe for concurrent use.
type register struct {
	exists func(ctx context.Context, vars map[string]string) (bool, error)
	now    func() int64

	mu       sync.Mutex
	yes, no  *recent
	open     map[uint64]*question // by iss
	underway int                  // questions, those without an answer in time among them
}

// question is a call of the register's function.
type question struct {
	done   chan struct{} // closed at the end; the others are set before
	exists bool
	err    error
}

func newRegister(
	exists func(context.Context, map[string]string) (bool, error), now func() int64, most int,
) *register {
	return &register{
		exists: exists, now: now,
		yes: newRecent(most, existsFor), no: newRecent(missingMost, missingFor),
		open: map[uint64]*question{},
	}
}

// check returns nil if the tenant exists, ErrNoTenant if it does not, and an
// *UnavailableError if the register does not say.
func (r *register) check(ctx context.Context, vars map[string]string, iss string) error {
	q, err := r.ask(vars, iss)
	if q == nil {
		return err
	}
	timeout := time.NewTimer(registerTimeout)
	defer timeout.Stop()
	select {
	case <-q.done:
	case <-ctx.Done():
		return unavailable(0, "", ctx.Err())
	case <-timeout.C:
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.open[issHash(iss)] == q {
			delete(r.open, issHash(iss)) // the next request asks again
		}
		return unavailable(0, "", nil)
	}
	switch {
	case q.err != nil:
		return unavailable(0, "", nil)
	case !q.exists:
		return ErrNoTenant
	}
	return nil
}

// ask returns what is remembered of the tenant, or the question to wait for.
func (r *register) ask(vars map[string]string, iss string) (*question, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	switch {
	case r.yes.has(iss, now):
		return nil, nil
	case r.no.has(iss, now):
		return nil, ErrNoTenant
	case r.open[issHash(iss)] != nil:
		return r.open[issHash(iss)], nil
	case r.underway >= registerMost:
		return nil, unavailable(0, "", nil)
	}
	q := &question{done: make(chan struct{}), err: errNoAnswer}
	r.open[issHash(iss)] = q
	r.underway++
	go r.call(q, vars, iss)
	return q, nil
}

var errNoAnswer = errors.New("keyring: the register panicked")

// call calls the function and remembers its answer. A panic is an error: it must
// not end the process.
func (r *register) call(q *question, vars map[string]string, iss string) {
	ctx, cancel := context.WithTimeout(context.Background(), registerTimeout)
	defer cancel()
	defer func() {
		_ = recover()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.underway--
		if r.open[issHash(iss)] == q {
			delete(r.open, issHash(iss))
		}
		now := r.now()
		switch {
		case q.err != nil:
		case q.exists:
			r.yes.add(iss, now)
			r.no.forget(iss)
		default:
			r.no.add(iss, now)
			r.yes.forget(iss)
		}
		close(q.done)
	}()
	q.exists, q.err = r.exists(ctx, vars)
}
