package middleware

import "slices"

// Or returns an Authenticator that admits the tokens that a admits and those that other
// admits: for routes that are open to the users of two configurations, in which places of
// the token, rules or strategies differ. Issuers of one configuration need no second one.
//
// The decision is that of a, unless the request is not for it. Then other decides: about a
// request without a token where a looks for it, with a token of an issuer that a does not
// trust, or with one of an issuer of both that is not for a: of another key, audience or
// kind, or not what Issuer.Validate wants. Only the one that decides counts the request
// and reports it. A refusal carries the challenges of both: give them different realms if
// both have a Resource.
//
// The new Authenticator shares the keys, the cache and the totals of a. Ready, Health and
// Stats say nothing about other: ask that as well.
func (a *Authenticator) Or(other *Authenticator) *Authenticator {
	both := &Authenticator{
		config: a.config, owner: a.owner, issuers: a.issuers, all: a.all, places: a.places,
		vouched: a.vouched, leeway: a.leeway, maxBytes: a.maxBytes, now: a.now, observe: a.observe, cache: a.cache,
		proofs: a.proofs, certificates: a.certificates,
		challenger: a.challenger.or(&other.challenger),
		metadata:   a.metadata.with(other.trusted()),
		other:      other,
		varies:     slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.varies, other.varies)))),
	}
	if a.other != nil {
		both.other = a.other.Or(other)
	}
	return both
}

// trusted returns the issuers of a, and of the other one of Or.
func (a *Authenticator) trusted() []Issuer {
	if a.other == nil {
		return a.config.Issuers
	}
	return slices.Concat(a.config.Issuers, a.other.trusted())
}

// isForOther reports whether the other Authenticator is to decide about the request, which
// this one does not admit.
func (d *decision) isForOther(r *Request) bool {
	other := d.auth.other
	if other == nil {
		return false
	}
	switch d.reason {
	case ErrUnknownIssuer:
		return true
	case ErrNoToken:
		return r.Token == "" && other.carriesToken(r)
	case ErrUnknownKey, ErrWrongAlgorithm, ErrBadSignature, ErrNotAccessToken, ErrWrongAudience, ErrRejected:
		return other.trusts(d.iss)
	}
	return false
}

// carriesToken reports whether r has something in one of the places of a, or of the other
// one of Or.
func (a *Authenticator) carriesToken(r *Request) bool {
	if _, _, reason := a.credential(r); reason != ErrNoToken {
		return true
	}
	return a.other != nil && a.other.carriesToken(r)
}

// trusts reports whether iss is an issuer of a, or of the other one of Or.
func (a *Authenticator) trusts(iss string) bool {
	all := &a.issuers
	if iss == "" && all.anonymous != nil || all.exact[iss] != nil {
		return true
	}
	if _, issuer := all.template(iss); issuer != nil {
		return true
	}
	return a.other != nil && a.other.trusts(iss)
}

// or returns c with the challenges of other behind its own.
func (c challenger) or(other *challenger) challenger {
	next := *other
	next.schemes = nil
	for _, scheme := range other.schemes {
		if !c.hasRealm(scheme.realm) {
			next.schemes = append(next.schemes, scheme)
		}
	}
	if c.next != nil {
		next = c.next.or(&next)
	}
	c.next, c.places = &next, c.places || other.places
	return c
}
