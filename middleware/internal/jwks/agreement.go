package jwks

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

// load makes the public key and returns for which of the algorithms a token may
// use it. jwkset makes the key. keyfunc decides about kid and alg: it is called
// with the header of a token for each algorithm in turn. Both are done when a
// set is read, so that a request finds the results in a table.
func load(members jwkset.JWKMarshal, algorithms []string) (crypto.PublicKey, []string, error) {
	jwk, err := jwkset.NewJWKFromMarshal(members, jwkset.JWKMarshalOptions{Private: false}, jwkset.JWKValidateOptions{})
	if err != nil {
		return nil, nil, NoteInvalid
	}
	ctx := context.Background()
	storage := jwkset.NewMemoryStorage()
	if err := storage.KeyWrite(ctx, jwk); err != nil {
		return nil, nil, NoteInvalid
	}
	keys, err := keyfunc.New(keyfunc.Options{Ctx: ctx, Storage: storage})
	if err != nil {
		return nil, nil, NoteInvalid
	}
	var public crypto.PublicKey
	var agreed []string
	for _, alg := range algorithms {
		header := map[string]any{"kid": members.KID, "alg": canonicalAlgorithm(alg)}
		key, err := keys.Keyfunc(&jwt.Token{Header: header})
		if err != nil {
			continue
		}
		switch key := key.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
			public, agreed = key, append(agreed, alg)
		}
	}
	if public == nil {
		return nil, nil, NoteInvalid
	}
	return public, agreed, nil
}

// canonicalAlgorithm maps the name of RFC 9864 for EdDSA with Ed25519 to the
// name of RFC 8037.
func canonicalAlgorithm(alg string) string {
	if alg == "Ed25519" {
		return "EdDSA"
	}
	return alg
}
