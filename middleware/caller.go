package middleware

import (
	"context"
	"sync/atomic"

	"github.com/bearerguard/bearerguard/claims"
)

// A Caller tells a middleware outside the guards what they found out about the caller of
// a request, see Witness. It is a context, for http.Request.WithContext. Its methods are
// safe for concurrent use; before a guard has decided they return nothing.
type Caller struct {
	context.Context
	outer   *Caller // of a middleware further out
	decided atomic.Pointer[outcome]
}

// An outcome is what guards have decided about a request so far.
type outcome struct {
	verified *verified // nil before a guard has admitted the request
	err      *Error    // nil unless the last guard rejected it
}

// Witness returns a Caller for a request with context ctx, for the access log of a
// middleware that runs before the guard and asks after the handler:
//
//	caller := middleware.Witness(r.Context())
//	r = r.WithContext(caller)
//	next.ServeHTTP(w, r)
//	log.Println(r.Method, r.Pattern, caller.Token(), caller.Reason())
//
// Requests of the same Authenticator with another token that are made within the request,
// such as the parts of a batch, change nothing in it.
func Witness(ctx context.Context) *Caller {
	return &Caller{Context: ctx, outer: callerOf(ctx)}
}

// Token returns the token that a guard admitted, also if a guard further in rejected the
// request. It is nil if there is none. It is the one that handlers get, which must not be
// changed: see claims.Token.
func (c *Caller) Token() *claims.Token {
	if o := c.decided.Load(); o != nil && o.verified != nil {
		return o.verified.forHandlers()
	}
	return nil
}

// Reason returns why the request was rejected, "" if it was not.
func (c *Caller) Reason() Reason {
	if o := c.decided.Load(); o != nil && o.err != nil {
		return o.err.Reason
	}
	return ""
}

// Rejection returns the *Error of the guard that rejected the request, nil if none did.
func (c *Caller) Rejection() error {
	if o := c.decided.Load(); o != nil && o.err != nil {
		return o.err
	}
	return nil
}

type callerKey struct{}

// Value implements context.Context. For a guard, whose one search is for an Admission, a
// Caller stands in front of it.
func (c *Caller) Value(key any) any {
	switch key.(type) {
	case callerKey, admissionKey:
		return c
	}
	return c.Context.Value(key)
}

// callerOf returns the Caller in ctx, nil if there is none.
func callerOf(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}

// admitted tells c, if it is not nil, of an admission.
func (c *Caller) admitted(v *verified) {
	for ; c != nil; c = c.outer {
		if !c.knowsOther(v.issuer.owner, v.raw) {
			c.decided.Store(&outcome{verified: v})
		}
	}
}

// rejected tells c, if it is not nil, of a rejected request with the token raw.
func (c *Caller) rejected(e *Error, by *owner, raw string) {
	for ; c != nil; c = c.outer {
		if c.knowsOther(by, raw) {
			continue
		}
		next := &outcome{err: e}
		if o := c.decided.Load(); o != nil {
			next.verified = o.verified
		}
		c.decided.Store(next)
	}
}

// knowsOther reports whether the same Authenticator has admitted another token for the
// request. The one with raw belongs to a request made within it then.
func (c *Caller) knowsOther(by *owner, raw string) bool {
	o := c.decided.Load()
	return o != nil && o.verified != nil && o.verified.issuer.owner == by && o.verified.raw != raw
}
