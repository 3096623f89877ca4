package middleware

import (
	"context"
	"errors"
	"sync"
	"time"
)

// streamCheck is how often an open stream is checked for revocation.
const streamCheck = 30 * time.Second

// Stream returns a copy of ctx, the context of an admitted request, that ends with the
// token: when the token expires, when its key leaves the issuer's key set, or when
// Config.Revoked names it, which is asked every 30 seconds. A handler of a WebSocket, of
// server-sent events or of a long poll uses it in place of the request's context:
//
//	ctx, stop := auth.Stream(r.Context())
//	defer stop()
//
// context.Cause returns the *Error that ended it. An error of Config.Revoked ends nothing:
// an outage of the API's own store must not cut off good callers. Without an admission in
// ctx, the copy has ended already, with ErrNoToken. Call stop to release what the copy
// holds.
func (a *Authenticator) Stream(ctx context.Context) (stream context.Context, stop context.CancelFunc) {
	if other := a.other; other != nil && a.past(ctx).outer == nil {
		return other.Stream(ctx)
	}
	stream, cancel := context.WithCancelCause(ctx)
	s := &streamWatch{auth: a, ctx: stream, end: cancel, admission: a.admission(ctx)}
	s.check()
	return stream, func() { s.stop() }
}

// A streamWatch watches the token of one stream.
type streamWatch struct {
	auth      *Authenticator
	ctx       context.Context
	end       context.CancelCauseFunc
	admission *Admission

	mu    sync.Mutex
	timer *time.Timer // nil before the first check and after the end
	done  bool
}

// check ends the stream if its token is not valid any more, and otherwise comes back.
func (s *streamWatch) check() {
	if err := s.verdict(); err != nil {
		s.end(err)
		return
	}
	wait := streamCheck
	if expiry := s.admission.Expiry(); !expiry.IsZero() {
		wait = min(wait, expiry.Sub(s.auth.now()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.done && s.ctx.Err() == nil {
		s.timer = time.AfterFunc(max(wait, time.Millisecond), s.check)
	}
}

// verdict judges the token as at a new request, except that it does not ask for the
// credential again.
func (s *streamWatch) verdict() error {
	d := decision{auth: s.auth, ctx: s.ctx, now: s.auth.now()}
	if s.admission == nil {
		d.reject(ErrNoToken)
		return d.refuse(nil)
	}
	v := s.admission.verified
	d.cached, d.verified, d.token, d.issuer, d.key = true, v, v.token, v.issuer, v.key
	if !v.live(d.now) {
		d.reject(ErrUnknownKey)
		return d.refuse(nil)
	}
	if d.checkTimes() && d.checkRevocation() {
		return nil
	}
	if d.abandoned || errors.Is(d.reason, ErrUnavailable) {
		return nil
	}
	return d.refuse(nil)
}

// stop ends the stream for its handler.
func (s *streamWatch) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	if s.timer != nil {
		s.timer.Stop()
	}
	s.end(context.Canceled)
}
