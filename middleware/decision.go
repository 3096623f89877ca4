package middleware

import (
	"cmp"
	"context"
	"net/http"
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
	auth    *Authenticator
	ctx     context.Context
	request *http.Request // nil if the caller of Verify has read the credential
	need    []scopes.Requirement
	now     time.Time // read again after a wait for keys and after calls of the owner's functions

	raw    string // the token, in the memory of the request
	cached bool   // raw was verified before, and issuer, key and token were found

	scratch   *scratch    // nil except while the token is verified
	message   jws.Message // after copyRaw a copy of raw if there is a cache
	iss       string      // the iss claim, "" if there is none
	issuer    *trustedIssuer
	algorithm *jws.Algorithm // the header's, nil if the issuer's tokens may not have it
	signature []byte         // in scratch
	keys      []*keyring.Key
	key       *keyring.Key // the one of keys that verifies the signature
	token     *claims.Token
	verified  *verified // after addToCache

	// Why the token is rejected, and what goes with it.
	reason     Reason
	hint       string
	retryAfter time.Duration
	acr        []string
	maxAge     time.Duration
	abandoned  bool // the caller left before the decision
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

// refuse returns the error for a rejected token, after it has told Config.Observe.
// This is the one place where a Reason becomes the Error of a request. Of a caller
// that left, Config.Observe is not told: neither the token nor the API is at fault.
func (d *decision) refuse() error {
	e := &Error{
		Reason:     d.reason,
		Hint:       d.hint,
		RetryAfter: d.retryAfter,
		scopes:     requiredScopes(d.need),
		acr:        d.acr,
		maxAge:     d.maxAge,
	}
	switch {
	case d.issuer != nil:
		e.Issuer = d.issuer.URL
	case d.token != nil: // of an outer guard
		e.Issuer = d.auth.issuers.configured(d.token.Issuer)
	}
	if d.token != nil {
		e.ClientID = d.token.ClientID
	}
	if d.abandoned {
		e.cause = context.Canceled
		return e
	}
	return d.auth.observe.refused(d.ctx, e)
}

// explain looks for a well-known cause of why the token is rejected. It may use
// claims that are not verified: only logs show hints, and hints hold nothing of a
// token.
func (d *decision) explain() {
	switch {
	case d.hint != "" || d.abandoned:
	case d.issuer == nil && d.reason == ErrUnknownIssuer:
		d.hint = d.auth.issuers.hint(d.iss)
	case d.issuer != nil && d.key == nil:
		d.hint = cmp.Or(d.hint, hintUnverified(d.reason, &d.message.Header, d.scratch.payload))
	case d.key != nil:
		d.hint = hint(d.reason, d.issuer, d.token, d.scratch.payload)
	}
}
