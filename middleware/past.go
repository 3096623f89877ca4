package middleware

import "context"

// admission returns what a admitted in an outer guard, or the other one of Or, nil if
// that is nothing.
func (a *Authenticator) admission(ctx context.Context) *Admission {
	outer := a.past(ctx).outer
	if outer == nil && a.other != nil {
		return a.other.admission(ctx)
	}
	return outer
}

// A past is what the context of a request knows of earlier decisions about it.
type past struct {
	outer *Admission // of the same Authenticator
	any   bool       // there is one of any Authenticator, or a Caller
	guard bool       // the decision is that of a guard
}

// past finds it with one search, for a request that no guard has admitted.
func (a *Authenticator) past(ctx context.Context) past {
	found := ctx.Value(admissionKey{})
	if found == nil {
		return past{}
	}
	for c, ok := found.(*Caller); ok; c, ok = found.(*Caller) {
		found = c.Context.Value(admissionKey{})
	}
	p := past{any: true}
	outer, ok := found.(*Admission)
	if ok && outer.verified != nil && outer.verified.issuer.owner == a.owner {
		p.outer = outer
	}
	return p
}
