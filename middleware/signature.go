package middleware

import (
	"context"
	"errors"
)

// verifySignature finds the key that verifies the signature.
func (d *decision) verifySignature() bool { return d.tryKeys() || d.tryReplaced() }

// tryReplaced is for a token that none of the keys verifies: it tries those that may
// have replaced them.
func (d *decision) tryReplaced() bool {
	return d.refetchKey() && d.tryKeys() || !d.abandoned && d.reject(ErrBadSignature)
}

// tryKeys tries the keys one after the other.
func (d *decision) tryKeys() bool {
	for _, key := range d.keys {
		if d.algorithm.Verify(d.message.SigningInput(), d.signature, key.Public) {
			d.key = key
			return true
		}
	}
	return false
}

// refetchKey gets the keys again, within narrow bounds: the issuer may have replaced a key
// under its name, or one without a name. If it cannot be reached, the token still has a
// bad signature, because anyone can send such tokens.
func (d *decision) refetchKey() bool {
	ring, err := d.issuer.ringFor(d.ctx, d.iss)
	if err != nil {
		return false
	}
	keys, err := ring.Replaced(d.ctx, d.keyRef(), d.tried)
	d.now = d.auth.now()
	switch {
	case errors.Is(err, context.Canceled):
		return d.abandon()
	case err != nil:
		return false
	}
	d.keys = d.issuer.servingKeys(keys, d.iss)
	return true
}
