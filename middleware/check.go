package middleware

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// decide is the whole decision, in the order of the README's section "What is checked,
// in this order".
func (d *decision) decide(r *Request) bool {
	return d.readCredential(r) && // 1 credential
		d.checkLength() &&
		(d.findCached() || d.verifyToken()) && // 2 to 8
		d.checkTimes() && // 9 time
		d.checkPossession(r) && // 10 proof of possession
		d.checkOwnRule() && // 11 your rules
		d.checkRevocation() &&
		d.addToCache() &&
		d.enrich() && // what your API knows
		d.authorize() && // 12 permission
		d.useProof() // 10
}

// verifyToken does the steps that are done once for a token and whose outcome is
// cached. The iss claim apart, no claim is used before the signature is verified.
func (d *decision) verifyToken() bool {
	d.scratch = scratches.Get().(*scratch)
	defer d.releaseScratch()
	verified := d.readForm() && // 2 form
		d.findIssuer() && // 3 issuer
		d.checkHeader() && // 4 algorithm, and typ of 2
		d.decodeSignature() && // 2
		d.verifyByKeys() && // 4 key, 5 signature
		d.readClaims() && // 6 kind
		d.checkAudience() && // 7 audience
		d.checkNames() && // 2
		d.checkBinding() // 8 binding
	if !verified {
		d.explain()
	}
	return verified
}

// Decide decides about a request: whether its token is acceptable and satisfies every
// requirement in need. It is what Check, Verify and the guards of all adapters are made
// of, for callers without net/http. The error is an *Error, for Refuse.
//
// Decide takes nothing from an earlier decision about the same request, the cache apart:
// within a long stream it notices that the token has expired or was revoked.
func (a *Authenticator) Decide(ctx context.Context, r *Request, need ...scopes.Requirement) (*Admission, error) {
	return a.decide(ctx, r, a.past(ctx), need)
}

// decide is Decide, for a request with this past.
func (a *Authenticator) decide(
	ctx context.Context, r *Request, past past, need []scopes.Requirement,
) (*Admission, error) {
	var began time.Time
	if a.observe.admissions {
		began = time.Now()
	}
	d := decision{auth: a, ctx: ctx, guard: past.guard, need: need, outer: past.outer, path: r.Path, now: a.now()}
	if !d.decide(r) {
		if d.isForOther(r) {
			return d.askOther(r)
		}
		return nil, d.refuse(r)
	}
	a.observe.counts.admitted(d.cached)
	if past.any || a.observe.admissions {
		d.hear(r, began)
	}
	return d.admit(), nil
}

// askOther is the decision of the other Authenticator. It is the one that counts and that
// is reported.
func (d *decision) askOther(r *Request) (*Admission, error) {
	if d.guard {
		return d.auth.other.Guard(d.ctx, r, d.need...)
	}
	return d.auth.other.Decide(d.ctx, r, d.need...)
}

// Guard is Decide for a guard that may stand behind another one. If a already admitted
// the request with this token, it evaluates only the times of the token and need: the
// API is not asked again whether the token is revoked, and a DPoP proof is not used
// again. The challenge of a refusal names the scopes of all guards up to this one.
func (a *Authenticator) Guard(ctx context.Context, r *Request, need ...scopes.Requirement) (*Admission, error) {
	past := a.past(ctx)
	past.guard = true
	outer := past.outer
	if outer == nil {
		return a.decide(ctx, r, past, need)
	}
	d := decision{auth: a, ctx: ctx, need: need, outer: outer, path: r.Path, now: a.now()}
	if !d.readCredential(r) && d.reason != ErrNoToken || !d.sameAsOuter() {
		return a.decide(ctx, r, past, need)
	}
	if !outer.verified.live(d.now) {
		return a.decide(ctx, r, past, need)
	}
	d.reason, d.hint, d.quiet = "", "", false // the API vouches for a request without a token
	d.cached, d.verified = true, outer.verified
	d.token, d.issuer, d.key = outer.verified.token, outer.verified.issuer, outer.verified.key
	if !d.checkTimes() {
		return nil, d.refuse(r)
	}
	if !d.checkPossession(r) {
		return nil, d.refuse(r)
	}
	if !d.authorize() {
		return nil, d.refuse(r)
	}
	return d.admit(), nil
}

// GuardOptional is Guard for a route where a token is optional. A request without one is
// admitted without a token, and Config.Observe is not called. A request with a token that
// is not acceptable is rejected as on any other route. The response varies: see AddVary.
func (a *Authenticator) GuardOptional(ctx context.Context, r *Request) (*Admission, error) {
	if r.Token == "" && !a.carriesToken(r) {
		if outer := a.admission(ctx); outer == nil || outer.verified.raw != "" {
			return &Admission{Context: ctx}, nil
		}
	}
	return a.Guard(ctx, r)
}

// AddVary adds the Vary field to the header of a response that depends on whether the
// request has a token (RFC 9110, section 12.5.5), so that no cache serves the response
// for anonymous callers to others.
func (a *Authenticator) AddVary(h http.Header) {
	for _, field := range a.varies {
		if !slices.Contains(h["Vary"], field) {
			h["Vary"] = append(h["Vary"], field)
		}
	}
}

// admit returns the outcome of a decision that every step has passed.
func (d *decision) admit() *Admission {
	need := d.need
	if before := d.outer.required(); len(before) > 0 {
		need = slices.Concat(before, d.need)
	}
	admitted := &Admission{Context: d.ctx, verified: d.verified, need: need}
	if d.proof != "" {
		admitted.Context = d.used()
	}
	return admitted
}

// Check reports whether r carries an acceptable token that satisfies every
// requirement in need. It returns r with the token in its context, where
// claims.FromContext finds it, or nil and an *Error, for Refuse or WriteRefusal.
//
// Check is Decide: within a handler that runs for long, it notices that the token has
// expired or was revoked since the guard admitted the request.
func (a *Authenticator) Check(r *http.Request, need ...scopes.Requirement) (*http.Request, error) {
	view := RequestOf(r)
	admitted, err := a.Decide(r.Context(), &view, need...)
	if err != nil {
		return nil, err
	}
	return r.WithContext(admitted), nil
}

// CheckOptional is Check for a route where a token is optional, see GuardOptional.
func (a *Authenticator) CheckOptional(r *http.Request) (*http.Request, error) {
	view := RequestOf(r)
	admitted, err := a.GuardOptional(r.Context(), &view)
	if err != nil {
		return nil, err
	}
	return r.WithContext(admitted), nil
}

// Verify returns the claims of token if it is acceptable. It is for callers that
// have no HTTP request, such as queues and tests, and does all that Check does
// except for the requirements of a route. The error is an *Error.
func (a *Authenticator) Verify(ctx context.Context, token string) (*claims.Token, error) {
	admitted, err := a.Decide(ctx, &Request{Token: token})
	if err != nil {
		return nil, err
	}
	return admitted.Token(), nil
}
