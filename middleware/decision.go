package middleware

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
	"github.com/bearerguard/bearerguard/scopes"
)

// A decision is what is known so far about one token. Its steps are the methods
// that decide, in check.go, calls one after the other: each uses what the steps
// before it found, and adds to it.
//
// A step returns whether the token passed it. A step that returns false has called
// reject.
type decision struct {
	auth   *Authenticator
	ctx    context.Context
	given  bool        // the caller has read the token itself
	proven bool        // the scheme is DPoP
	proof  string      // the DPoP field, in the memory of the request
	shown  *shownProof // what it proves, nil before and without
	nonce  string      // for the response, "" if there is none
	guard  bool        // an admission of the other Authenticator may be used again
	need   []scopes.Requirement
	outer  *Admission // by this Authenticator in an outer guard, nil if there is none
	path   interface{ PathValue(string) string }
	now    time.Time // read again after a wait for keys and after calls of the owner's functions

	raw    string // the token, in the memory of the request
	hit    bool   // raw was in the cache, and its key is live
	cached bool   // raw was verified before, and issuer, key and token were found

	scratch   *scratch         // nil except while the token is verified
	message   jws.Message      // after copyRaw a copy of raw
	iss       string           // the iss claim, "" if there is none
	sources   []*trustedIssuer // all with its URL: one of their key sets may have signed the token
	issuer    *trustedIssuer   // the first that may be it, then the one whose key verifies the signature
	algorithm *jws.Algorithm   // the header's, nil if the issuer's tokens may not have it
	signature []byte           // in scratch
	tried     []*keyring.Key   // that the header leads to,
	keys      []*keyring.Key   // and those of them that may serve iss
	key       *keyring.Key     // the one of keys that verifies the signature
	token     *claims.Token
	verified  *verified // after addToCache

	// Why the token is rejected, and what goes with it.
	reason     Reason
	hint       string
	quiet      bool // the hint makes no warning of the log line
	retryAfter time.Duration
	acr        []string
	maxAge     time.Duration
	abandoned  bool // the caller left before the decision
}

// options are those with which the requirements are evaluated.
func (d *decision) options() scopes.Options {
	return scopes.Options{Now: d.now, Leeway: d.auth.leeway, Path: d.path, Strategy: d.auth.config.ScopeStrategy}
}

// reject ends the decision. It returns false, for the step to return.
func (d *decision) reject(reason Reason) bool {
	d.reason = reason
	return false
}

// abandon ends a decision whose caller left while it had to wait. Nothing is known
// about the token then. It returns false, for the step to return.
func (d *decision) abandon() bool {
	d.abandoned = true
	return false
}

// releaseScratch ends the use of the scratch.
func (d *decision) releaseScratch() {
	d.scratch.release()
	d.scratch, d.signature = nil, nil
}

// refuse returns the error for a rejected token, after it has told Config.Observe and the
// Caller of the request r, which is nil for the token of a stream. This is the one place
// where a Reason becomes the Error of a request. Of a caller that left, Config.Observe is
// not told: neither the token nor the API is at fault.
func (d *decision) refuse(r *Request) error {
	e := &Error{
		Reason:     d.reason,
		Hint:       d.hint,
		RetryAfter: d.retryAfter,
		scopes:     requiredScopes(slices.Concat(d.outer.required(), d.need)),
		acr:        d.acr,
		maxAge:     d.maxAge,
		quiet:      d.quiet,
		dpop:       d.proven,
		nonce:      d.nonce,
	}
	if d.reason == ErrInsufficientScope || d.reason == ErrInsufficientAuthentication {
		e.Need, e.Missing = needText(d.need), scopes.All(d.need...).Missing(d.token, d.options())
	}
	if r != nil {
		e.Method, e.Route = methodName(r.Method), strings.Clone(r.Route)
	}
	dialect := ""
	if d.issuer != nil {
		e.Issuer, dialect = d.issuer.URL, d.issuer.Dialect.Name
	}
	if d.token != nil {
		e.ClientID = d.token.ClientID
	}
	if d.abandoned {
		e.cause = context.Canceled
	}
	d.auth.observe.counts.rejected(e.Reason, d.hit)
	if r != nil {
		callerOf(d.ctx).rejected(e, d.auth.owner, d.raw)
	}
	if d.abandoned {
		return e
	}
	return d.auth.observe.refused(d.ctx, e, dialect)
}
