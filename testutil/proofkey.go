package testutil

import (
	"cmp"
	"crypto"
	"encoding/json"
	"sync"
)

// A ProofKey is the key pair of a client that proves possession by DPoP (RFC 9449). The
// zero ProofKey is ready for use: its key is generated when it is needed first. A ProofKey
// must not be copied then. Its methods may be called from several goroutines at the same
// time.
type ProofKey struct {
	// Algorithm is what the key signs by: one of the algorithms of Options.Keys, or
	// HS256, HS384 or HS512 for a symmetric key, which no server may accept. The methods
	// panic if there are no keys for it. Empty means ES256.
	Algorithm string

	once sync.Once
	made *signingKey
}

// key returns the key pair, which it generates once.
func (k *ProofKey) key() *signingKey {
	k.once.Do(func() {
		alg := cmp.Or(k.Algorithm, "ES256")
		private, err := generate(alg, 0, false)
		if err != nil {
			panic("testutil: ProofKey: " + err.Error())
		}
		k.made = &signingKey{alg: alg, private: private}
	})
	return k.made
}

// Thumbprint returns the SHA-256 thumbprint of the key (RFC 7638), which is the jkt
// of tokens that are bound to it.
func (k *ProofKey) Thumbprint() string { return jwkThumbprint(k.jwk()) }

// Confirmation returns the cnf claim of tokens that are bound to the key (RFC 9449
// section 6.1), for Issuer.Mint. Each call returns a new map.
func (k *ProofKey) Confirmation() map[string]any {
	return map[string]any{"jkt": k.Thumbprint()}
}

// JWK returns the members of the public key, as they stand in the jwk header of a
// proof. Each call returns a new map.
func (k *ProofKey) JWK() map[string]any {
	members := map[string]any{}
	for _, m := range k.jwk() {
		members[m.name] = m.value
	}
	return members
}

// Signer returns the private key: an *rsa.PrivateKey, *ecdsa.PrivateKey or
// ed25519.PrivateKey. It returns nil if the key is symmetric.
func (k *ProofKey) Signer() crypto.Signer {
	s, _ := k.key().private.(crypto.Signer)
	return s
}

// jwk is the key as a proof carries it. Without k a symmetric key would have only
// kty.
func (k *ProofKey) jwk() object {
	if _, symmetric := k.key().private.([]byte); symmetric {
		return append(k.key().publicMembers(), k.key().privateMembers()...)
	}
	return k.key().publicMembers()
}

// jwkThumbprint returns the thumbprint of a JWK that has only the members that RFC
// 7638 section 3.2 and RFC 8037 section 2 require.
func jwkThumbprint(jwk object) string {
	members := map[string]any{}
	for _, m := range jwk {
		members[m.name] = m.value
	}
	// encoding/json sorts the names of a map, as section 3.3 of RFC 7638 requires.
	// The values are base64url and registered names, which need no escapes.
	text, err := json.Marshal(members)
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return sha256Text(text)
}
