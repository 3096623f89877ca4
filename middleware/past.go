package middleware

import "context"

// admission returns what a admitted in an outer guard, nil if that is nothing.
func (a *Authenticator) admission(ctx context.Context) *Admission {
	return a.past(ctx).outer
}

// A past is what the context of a request knows of earlier decisions about it.
type past struct {
	outer  *Admission // of the same Authenticator
	caller *Caller    // who wants to hear of the decision
	within bool       // an Admission stands in front of the Caller, if there is one
}

// past finds all of it with one search, for a request that no guard has admitted.
func (a *Authenticator) past(ctx context.Context) past {
	var p past
	found := ctx.Value(admissionKey{})
	for c, ok := found.(*Caller); ok; c, ok = found.(*Caller) {
		if p.caller == nil {
			p.caller = c
		}
		found = c.Context.Value(admissionKey{})
	}
	outer, ok := found.(*Admission)
	p.within = ok
	if ok && outer.verified != nil && outer.verified.issuer.owner == a.owner {
		p.outer = outer
	}
	return p
}

// findCaller returns who wants to hear of a decision about the request with context ctx,
// nil if there is none.
func (p *past) findCaller(ctx context.Context) *Caller {
	if p.caller == nil && p.within {
		p.caller, _ = ctx.Value(callerKey{}).(*Caller)
	}
	return p.caller
}
