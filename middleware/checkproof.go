package middleware

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// readProof reads the one proof of a request whose token has the scheme DPoP.
func (d *decision) readProof(r *Request) bool {
	fields := r.Header["Dpop"]
	if len(fields) != 1 {
		d.hint, d.quiet = hintProofs, true
		return d.reject(ErrBadProof)
	}
	d.proof = fields[0]
	return true
}

// checkProof checks the proof of a token that is bound to a key.
func (d *decision) checkProof(r *Request) bool {
	p := d.auth.proofs
	proof, fault := p.verifier.Check(d.proof, dpop.Use{
		Method: r.Method, Target: r.Target, Token: d.raw, Thumbprint: d.token.KeyThumbprint, Now: d.now,
	})
	d.nonce = proof.Nonce
	switch fault {
	case "":
		d.shown = &shownProof{Proof: proof}
		return true
	case dpop.FaultNonce:
		d.nonce = p.verifier.Nonce(d.now)
		return d.reject(ErrNonceNeeded)
	case dpop.FaultHolder:
		d.hint, d.quiet = hintOtherKey, true
		return d.reject(ErrNotHolder)
	}
	d.hint, d.quiet = hintProof(fault), fault != dpop.FaultURI
	return d.reject(ErrBadProof)
}

// used returns the context of a request whose proof was used, now or for an outer guard.
func (d *decision) used() *shownProof {
	if d.shown == nil {
		again := *d.outer.shown()
		again.Context = d.ctx
		return &again
	}
	d.shown.Context, d.shown.field = d.ctx, strings.Clone(d.proof)
	d.shown.expose = d.auth.challenger.expose
	return d.shown
}

// useProof makes sure that the proof was not used before (RFC 9449, section 11.1). It
// comes last: a request that is rejected for another reason uses nothing up.
func (d *decision) useProof() bool { return d.shown == nil || d.rememberProof() }

func (d *decision) rememberProof() bool {
	p, proof := d.auth.proofs, d.shown
	switch p.memory.First(proof.Key, proof.ID, proof.Until, d.now) {
	case replay.Seen:
		return d.reject(ErrReplayed)
	case replay.Full:
		d.hint, d.retryAfter = hintReplaysFull, time.Second
		return d.reject(ErrUnavailable)
	}
	if p.config.Replays == nil {
		return true
	}
	first, err := p.config.Replays.First(d.ctx, replay.Key(proof.Key, proof.ID), proof.Until)
	switch {
	case err != nil && errors.Is(d.ctx.Err(), context.Canceled):
		return d.abandon()
	case err != nil && p.config.DangerouslyIgnoreReplayFailures:
		d.auth.observe.counts.replayFailures.Add(1)
	case err != nil:
		d.auth.observe.counts.replayFailures.Add(1)
		d.hint, d.retryAfter = hintReplays, time.Second
		return d.reject(ErrUnavailable)
	case !first:
		return d.reject(ErrReplayed)
	}
	return d.checkTimesAgain()
}
