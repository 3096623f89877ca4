package keyring

import (
	"crypto"
	"sync/atomic"
	"time"
)

// Key is a public key of an issuer. Its fields are read-only. It is the same
// pointer for as long as the issuer publishes the same key under the same id.
type Key struct {
	// ID is the key's kid, empty if it has none.
	ID string

	// Public is an *rsa.PublicKey of 2048 to 8192 bits, an *ecdsa.PublicKey on
	// P-256, P-384 or P-521, or an ed25519.PublicKey.
	Public crypto.PublicKey

	// Issuer is the JWK's own member "issuer", with which Entra ID says which
	// tenants' tokens the key may sign; empty if there is none.
	Issuer string

	ring *Ring
	gone atomic.Bool
	jwk  publicJWK
}

// Live reports whether the key may still be used at now: it has not left its
// issuer's set, and the set is not past the time that it may serve without
// having been seen again. What was verified with a key is valid no longer than
// the key is live. A call may start a background refresh, so that an API which
// only ever meets cached tokens still learns of removed keys.
//
// It is cheap, and safe for concurrent use.
func (k *Key) Live(now time.Time) bool {
	if k.gone.Load() {
		return false
	}
	s := k.ring.snap.Load()
	t := now.UnixNano()
	if s == nil || t >= s.hard {
		return false
	}
	if t >= k.ring.due.Load() || t < s.born {
		k.ring.kick(t)
	}
	return true
}
