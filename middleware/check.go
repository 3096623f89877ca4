package middleware

import (
	"context"
	"net/http"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/tokenctx"
	"github.com/bearerguard/bearerguard/scopes"
)

// decide is the whole decision, in the order of the README's section "What is checked,
// in this order".
func (d *decision) decide() bool {
	return d.readCredential() && // 1 credential
		d.checkLength() &&
		(d.findCached() || d.verifyToken()) && // 2 to 8
		d.checkTimes() && // 9 time
		d.checkOwnRule() && // 10 your rules
		d.checkRevocation() &&
		d.addToCache() &&
		d.authorize() // 11 permission
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
		d.checkBinding() // 8 proof of possession
	if !verified {
		d.explain()
	}
	return verified
}

// Check reports whether r carries an acceptable token that satisfies every
// requirement in need. It returns r with the token in its context, where
// claims.FromContext finds it, or nil and an *Error, for Refuse or WriteRefusal.
//
// If a already admitted r, Check evaluates only need. Tokens admitted by other
// Authenticators are verified again.
func (a *Authenticator) Check(r *http.Request, need ...scopes.Requirement) (*http.Request, error) {
	d := decision{auth: a, ctx: r.Context(), request: r, need: need, now: a.now()}
	if outer := a.admitted(d.ctx); outer != nil {
		d.token, d.issuer = outer.token, outer.issuer
		if !d.authorize() {
			return nil, d.refuse()
		}
		return r, nil
	}
	if !d.decide() {
		return nil, d.refuse()
	}
	return r.WithContext(&authContext{d.ctx, a, d.verified}), nil
}

// CheckOptional is Check for a route where a token is optional. A request without
// one is returned as it is, and Config.Observe is not called. A request with a
// token that is not acceptable is rejected as on any other route.
func (a *Authenticator) CheckOptional(r *http.Request) (*http.Request, error) {
	if a.admitted(r.Context()) == nil {
		if _, reason := bearerToken(r); reason == ErrNoToken {
			return r, nil
		}
	}
	return a.Check(r)
}

// Verify returns the claims of token if it is acceptable. It is for callers that
// have no HTTP request, such as queues and tests, and does all that Check does
// except for the requirements of a route. The error is an *Error.
func (a *Authenticator) Verify(ctx context.Context, token string) (*claims.Token, error) {
	d := decision{auth: a, ctx: ctx, now: a.now(), raw: token}
	if !d.decide() {
		return nil, d.refuse()
	}
	return d.verified.forHandlers(), nil
}

// An authContext is the context of an admitted request. It holds the token and who
// admitted it. One context with two values costs a request fewer allocations than
// two of context.WithValue.
type authContext struct {
	context.Context
	auth     *Authenticator
	verified *verified
}

type authContextKey struct{}

// Value implements context.Context.
func (c *authContext) Value(key any) any {
	switch key.(type) {
	case tokenctx.Key:
		return c.verified.forHandlers()
	case authContextKey:
		return c
	}
	return c.Context.Value(key)
}

// admitted returns the token that a admitted in an outer guard, nil if there is
// none.
func (a *Authenticator) admitted(ctx context.Context) *verified {
	if outer, ok := ctx.Value(authContextKey{}).(*authContext); ok && outer.auth == a {
		return outer.verified
	}
	return nil
}
