package attack

import (
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"

	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/testutil"
)

// A key is one of an issuer's, or a secret that an attacker signs with.
type key struct {
	id      string
	alg     string
	private any // a crypto.Signer, or the []byte of an HS key
}

// issuersKey returns the issuer's key called kid, which signs by alg.
func issuersKey(i *testutil.Issuer, kid, alg string) *key { return &key{kid, alg, i.Signer(kid)} }

// public returns the public key, or nil for an HS key.
func (k *key) public() crypto.PublicKey {
	if s, ok := k.private.(crypto.Signer); ok {
		return s.Public()
	}
	return nil
}

// sign returns the signature over input by alg.
func (k *key) sign(alg, input string) []byte {
	signature, err := jwt.GetSigningMethod(alg).Sign(input, k.private)
	if err != nil {
		panic("attack: " + err.Error())
	}
	return signature
}

// publishedJWK returns the JWK called kid as the issuer publishes it.
func publishedJWK(i *testutil.Issuer, kid string) json.RawMessage {
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(i.JWKS(), &set); err != nil {
		panic("attack: " + err.Error())
	}
	for _, jwk := range set.Keys {
		var k struct{ Kid string }
		if json.Unmarshal(jwk, &k) == nil && k.Kid == kid {
			return jwk
		}
	}
	panic("attack: the issuer publishes no key " + kid)
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// hexadecimal returns what a base64url text stands for in another alphabet.
func hexadecimal(text string) string {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		panic("attack: " + err.Error())
	}
	return hex.EncodeToString(b)
}
