package jws

import (
	"crypto"
	"maps"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

// An Algorithm is an asymmetric signature algorithm of RFC 7518, section 3.1, or
// RFC 8037. It is safe for concurrent use.
type Algorithm struct {
	name   string
	method jwt.SigningMethod
}

// Verify reports whether signature is one over signingInput by the private key
// that belongs to key: an *rsa.PublicKey, an *ecdsa.PublicKey on the algorithm's
// curve, or an ed25519.PublicKey. It returns false for a key of another type. The
// size of an RSA key is for the caller to check.
func (a *Algorithm) Verify(signingInput string, signature []byte, key crypto.PublicKey) bool {
	return a.method.Verify(signingInput, signature, key) == nil
}

// algorithms holds every Algorithm by name. EdDSA (RFC 8037) and Ed25519 (RFC 9864)
// are two names of one.
var algorithms = map[string]*Algorithm{
	"RS256": {"RS256", rsaMethod{jwt.SigningMethodRS256}},
	"RS384": {"RS384", rsaMethod{jwt.SigningMethodRS384}},
	"RS512": {"RS512", rsaMethod{jwt.SigningMethodRS512}},
	"PS256": {"PS256", pss(jwt.SigningMethodPS256)},
	"PS384": {"PS384", pss(jwt.SigningMethodPS384)},
	"PS512": {"PS512", pss(jwt.SigningMethodPS512)},
	"ES256": {"ES256", ecdsaMethod{jwt.SigningMethodES256}},
	"ES384": {"ES384", ecdsaMethod{jwt.SigningMethodES384}},
	"ES512": {"ES512", ecdsaMethod{jwt.SigningMethodES512}},

	"EdDSA":   {"EdDSA", ed25519Method{jwt.SigningMethodEdDSA}},
	"Ed25519": {"Ed25519", ed25519Method{jwt.SigningMethodEdDSA}},
}

// ByName returns the Algorithm with this name, nil if there is none. Names are
// compared exactly.
func ByName(name string) *Algorithm { return algorithms[name] }

// Names returns the names of the algorithms in alphabetical order.
func Names() []string { return slices.Sorted(maps.Keys(algorithms)) }

// Algorithms returns the algorithms with these names, by name. One of EdDSA and
// Ed25519 stands for both. Names that no Algorithm has are left out.
func Algorithms(names ...string) map[string]*Algorithm {
	set := make(map[string]*Algorithm, len(names)+1)
	for _, name := range names {
		switch a := algorithms[name]; name {
		case "EdDSA", "Ed25519":
			set["EdDSA"], set["Ed25519"] = algorithms["EdDSA"], algorithms["Ed25519"]
		default:
			if a != nil {
				set[name] = a
			}
		}
	}
	return set
}
