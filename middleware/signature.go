package middleware

import (
	"context"
	"errors"
)

// verifySignature finds the key that verifies the signature.
func (d *decision) verifySignature() bool {
	if !d.tryKeys() && !(d.refetchKey() && d.tryKeys()) {
		return !d.abandoned && d.reject(ErrBadSignature)
	}
	return true
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
