package keyring

import (
	"crypto"
	"crypto/sha256"
	"sync/atomic"
	"time"
)

// Key is a public key of an issuer. Its fields are read-only. As long as the
// issuer publishes the same key with the same ID, it is the same pointer.
type Key struct {
	// ID is the key's kid, empty if it has none.
	ID string

	// Public is an *rsa.PublicKey of 2048 to 8192 bits, an *ecdsa.PublicKey on
	// P-256, P-384 or P-521, or an ed25519.PublicKey.
	Public crypto.PublicKey

	// Issuer is the JWK's own member "issuer". Entra ID restricts with it which
	// tenants' tokens the key may sign. It is empty if there is none.
	Issuer string

	owner   owner
	since   int64       // when the ring fetched it first, 0 if that is not known; the ring's lock protects it
	removed atomic.Bool // from the issuer's set

	thumbprint [sha256.Size]byte // of the public key alone (RFC 7638)
}

// owner is the ring that a key belongs to.
type owner interface {
	// serves reports whether the ring's keys have not expired at now, and
	// refreshes them in the background if that is due.
	serves(now int64) bool
}

// Live reports whether the key may be used at now: the issuer's set still has
// it, and the set has not expired. What was verified with a key is valid only
// while the key is live. A call may start a background refresh, so that an API
// that only receives cached tokens learns about removed keys, too.
//
// It is cheap, and safe for concurrent use.
func (k *Key) Live(now time.Time) bool {
	if k.removed.Load() {
		return false
	}
	return k.owner.serves(now.UnixNano())
}
