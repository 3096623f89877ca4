package middleware

import (
	"crypto"
	"crypto/rsa"

	"github.com/golang-jwt/jwt/v5"
)

// An algorithm is a signature algorithm that a configuration may allow. Only
// asymmetric ones exist here: nothing a token says can turn a public key into a
// shared secret.
type algorithm struct {
	name   string
	method jwt.SigningMethod
}

func (a *algorithm) verify(signed string, signature []byte, key crypto.PublicKey) bool {
	return a.method.Verify(signed, signature, key) == nil
}

// algorithms are all that there are, by name. EdDSA (RFC 8037) and Ed25519
// (RFC 9864) are two names of the same one.
var algorithms = map[string]*algorithm{
	"RS256": {"RS256", jwt.SigningMethodRS256},
	"RS384": {"RS384", jwt.SigningMethodRS384},
	"RS512": {"RS512", jwt.SigningMethodRS512},
	"PS256": {"PS256", pss(jwt.SigningMethodPS256)},
	"PS384": {"PS384", pss(jwt.SigningMethodPS384)},
	"PS512": {"PS512", pss(jwt.SigningMethodPS512)},
	"ES256": {"ES256", jwt.SigningMethodES256},
	"ES384": {"ES384", jwt.SigningMethodES384},
	"ES512": {"ES512", jwt.SigningMethodES512},

	"EdDSA":   {"EdDSA", jwt.SigningMethodEdDSA},
	"Ed25519": {"Ed25519", jwt.SigningMethodEdDSA},
}

// pss returns m with the salt length that RFC 7518, section 3.5 demands; m
// itself verifies signatures with a salt of any length.
func pss(m *jwt.SigningMethodRSAPSS) *jwt.SigningMethodRSAPSS {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: m.SigningMethodRSA,
		Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
	}
}

// defaultAlgorithms is what an issuer may use unless its configuration says
// otherwise.
var defaultAlgorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// allowed returns the algorithms named, EdDSA under both of its names.
func allowed(names []string) map[string]*algorithm {
	if len(names) == 0 {
		names = defaultAlgorithms
	}
	set := make(map[string]*algorithm, len(names)+1)
	for _, name := range names {
		set[name] = algorithms[name]
		if name == "EdDSA" || name == "Ed25519" {
			set["EdDSA"], set["Ed25519"] = algorithms["EdDSA"], algorithms["Ed25519"]
		}
	}
	return set
}
