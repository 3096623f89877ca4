package testutil

import (
	"crypto"
	"slices"
)

// A Key is a key to add to a server, usually one that no API should accept.
type Key struct {
	// ID is the key's kid. Empty means a new one. It may be that of another key,
	// for tests in which two keys have one kid.
	ID string

	// Algorithm is the algorithm that the key signs by, which decides its type:
	// one of those of Options.Keys, or HS256, HS384 or HS512 for a symmetric key.
	Algorithm string

	// Bits is the size of an RSA key. Zero means 2048; at least 1024.
	Bits int

	// Secret is the secret of an HS key. Nil means a random one. Other keys ignore
	// it.
	Secret []byte

	// Members replace members of the published JWK, and a nil value removes one:
	// {"use": "enc"}, {"alg": nil}.
	Members map[string]any

	// DangerouslyExposePrivate also publishes the private members, such as d, and
	// k of an HS key, whose JWK is invalid without it.
	DangerouslyExposePrivate bool

	// Unpublished keeps the key out of the JWK Set.
	Unpublished bool
}

// AddKey adds a key to those of the server and returns its kid. The key stays
// published through rotations, and signs tokens that name it, see MintHeader.
// AddKey panics if k is invalid.
func (i *Issuer) AddKey(k Key) (kid string) {
	private, err := generate(k.Algorithm, k.Bits, i.options.FreshKeys)
	if err != nil {
		panic("testutil: AddKey: " + err.Error())
	}
	if _, symmetric := private.([]byte); symmetric && k.Secret != nil {
		private = slices.Clone(k.Secret)
	}
	if k.ID == "" {
		k.ID = newKeyID(k.Algorithm)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys.extra = append(i.keys.extra, &signingKey{
		id: k.ID, alg: k.Algorithm, private: private,
		changes: k.Members, exposed: k.DangerouslyExposePrivate, hidden: k.Unpublished,
	})
	return k.ID
}

// Rotate gives the server a new key for each algorithm. The previous keys stay
// published, older ones do not.
func (i *Issuer) Rotate() { i.rotate(false) }

// RotateAndDrop gives the server a new key for each algorithm. Only these and the
// keys of AddKey stay published.
func (i *Issuer) RotateAndDrop() { i.rotate(true) }

func (i *Issuer) rotate(drop bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err := i.keys.renew(i.system, &i.options); err != nil {
		panic("testutil: Rotate: " + err.Error())
	}
	if drop {
		i.keys.dropped = append(i.keys.dropped, i.keys.previous...)
		i.keys.previous = nil
	}
}

// KeyID returns the kid of the current key for alg, or "" if alg is not in
// Options.Keys.
func (i *Issuer) KeyID(alg string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, k := range i.keys.current {
		if k.alg == alg {
			return k.id
		}
	}
	return ""
}

// Signer returns the private key called kid, published or not: an
// *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey. It is for tokens that
// MintHeader and Sign cannot make. Signer returns nil if there is no such key, or
// if it is symmetric.
func (i *Issuer) Signer(kid string) crypto.Signer {
	i.mu.Lock()
	defer i.mu.Unlock()
	if k := i.keys.find(kid); k != nil {
		s, _ := k.private.(crypto.Signer)
		return s
	}
	return nil
}

// JWKS returns the JWK Set document as it is published now.
func (i *Issuer) JWKS() []byte {
	return i.jwks(func(k *signingKey) object { return i.system.jwk(&i.site, k) })
}

func (i *Issuer) jwks(jwk func(*signingKey) object) []byte {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys.published(jwk)
}

// SetJWKS publishes document instead of the server's keys. It may be any text. Nil
// publishes the keys again.
func (i *Issuer) SetJWKS(document []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys.document = slices.Clone(document)
}
