package jwks_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The keys of RFC 7515, appendix A.3; RFC 7515, appendix A.4; RFC 8037, appendix A.2; and
// RFC 7638, section 3.1, as members without braces.
const (
	proofP256 = `"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"`
	proofP521 = `"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"`
	proofEd   = `"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`
	proofRSA  = `"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"`
)

// rsaOf returns the members of an RSA key of this many bits. The modulus is no product of two
// primes, which nothing here can notice.
func rsaOf(bits uint) string {
	n := new(big.Int).SetBit(big.NewInt(1), int(bits-1), 1)
	return `"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(n.Bytes()) + `"`
}

func TestParseProofKey(t *testing.T) {
	rsaAlgorithms := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	for _, c := range []struct {
		name, members string
		thumbprint    string // "" if the RFCs have none
		algorithms    []string
	}{
		{"P-256", proofP256, "", []string{"ES256"}},
		{"P-521", proofP521, "", []string{"ES512"}},
		{"Ed25519", proofEd, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", []string{"EdDSA", "Ed25519"}},
		{"RSA", proofRSA, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", rsaAlgorithms},
		{"RSA of 2048 bits", rsaOf(2048), "", rsaAlgorithms},
		{"RSA of 4096 bits", rsaOf(4096), "", rsaAlgorithms},
		{"alg", proofRSA + `,"alg":"PS256"`, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", []string{"PS256"}},
		{"alg by its name of RFC 9864", proofEd + `,"alg":"Ed25519"`, "", []string{"EdDSA", "Ed25519"}},
		{"use", proofEd + `,"use":"sig"`, "", []string{"EdDSA", "Ed25519"}},
		{"key_ops", proofEd + `,"key_ops":["verify"]`, "", []string{"EdDSA", "Ed25519"}},
		{"other members", proofEd + `,"kid":1,"x5c":null,"x5u":[],"ext":true,"y":0,"n":{},"issuer":2`, "",
			[]string{"EdDSA", "Ed25519"}},
		{"escapes", strings.Replace(proofEd, "kty", `kt\u0079`, 1), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
			[]string{"EdDSA", "Ed25519"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, err := jwks.ParseProofKey([]byte("{" + c.members + "}"))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(k.Algorithms, c.algorithms) {
				t.Errorf("the algorithms are %q, want %q", k.Algorithms, c.algorithms)
			}
			if got := base64.RawURLEncoding.EncodeToString(k.Thumbprint[:]); c.thumbprint != "" &&
				got != c.thumbprint {
				t.Errorf("the thumbprint is %s, want %s", got, c.thumbprint)
			}
			switch k.Public.(type) {
			case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
			default:
				t.Errorf("the key is a %T", k.Public)
			}
		})
	}
}

func TestParseProofKeyRejects(t *testing.T) {
	replace := strings.Replace
	type rejected struct {
		name, jwk string
		want      jwks.Note
	}
	cases := []rejected{
		{"nothing", ``, jwks.NoteMalformed},
		{"null", `null`, jwks.NoteMalformed},
		{"an array", `[{` + proofEd + `}]`, jwks.NoteMalformed},
		{"two objects", `{` + proofEd + `}{}`, jwks.NoteMalformed},
		{"an empty object", `{}`, jwks.NoteKeyType},
		{"kty null", `{"kty":null,"x":"AA"}`, jwks.NoteMalformed},
		{"an unknown kty", `{"kty":"AKP","x":"AA"}`, jwks.NoteKeyType},
		{"kty in lower case", `{` + replace(proofP256, `"EC"`, `"ec"`, 1) + `}`, jwks.NoteKeyType},
		{"a symmetric key", `{"kty":"oct"}`, jwks.NoteSymmetric},
		{"a member twice", `{` + proofEd + `,"x":"AA"}`, jwks.NoteMalformed},
		{"a member twice, deep inside", `{` + proofEd + `,"a":{"b":1,"b":2}}`, jwks.NoteMalformed},
		{"a member in another spelling", `{` + proofEd + `,"X":"AA"}`, jwks.NoteMalformed},
		{"a private member in another spelling", `{` + proofEd + `,"D":"AA"}`, jwks.NoteMalformed},
		{"use enc", `{` + proofEd + `,"use":"enc"}`, jwks.NoteUse},
		{"use of a SPIFFE bundle", `{` + proofEd + `,"use":"jwt-svid"}`, jwks.NoteUse},
		{"use empty", `{` + proofEd + `,"use":""}`, jwks.NoteUse},
		{"use null", `{` + proofEd + `,"use":null}`, jwks.NoteMalformed},
		{"key_ops without verify", `{` + proofEd + `,"key_ops":["sign"]}`, jwks.NoteUse},
		{"key_ops empty", `{` + proofEd + `,"key_ops":[ ]}`, jwks.NoteUse},
		{"key_ops null", `{` + proofEd + `,"key_ops":null}`, jwks.NoteUse},
		{"key_ops a text", `{` + proofEd + `,"key_ops":"verify"}`, jwks.NoteMalformed},
		{"key_ops with verify twice", `{` + proofEd + `,"key_ops":["verify","verify"]}`, jwks.NoteUse},
		{"alg of another type", `{` + proofEd + `,"alg":"ES256"}`, jwks.NoteAlgorithm},
		{"alg for encryption", `{` + proofRSA + `,"alg":"RSA-OAEP"}`, jwks.NoteAlgorithm},
		{"alg empty", `{` + proofEd + `,"alg":""}`, jwks.NoteAlgorithm},
		{"alg null", `{` + proofEd + `,"alg":null}`, jwks.NoteMalformed},
		{"no x", `{"kty":"OKP","crv":"Ed25519"}`, jwks.NoteInvalid},
		{"x null", `{"kty":"OKP","crv":"Ed25519","x":null}`, jwks.NoteMalformed},
		{"x short", `{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`, jwks.NoteInvalid},
		{"x with padding", `{` + replace(proofEd, `URo"`, `URo="`, 1) + `}`, jwks.NoteInvalid},
		{"x with stray bits", `{` + replace(proofEd, `URo"`, `URp"`, 1) + `}`, jwks.NoteInvalid},
		{"Ed448", `{"kty":"OKP","crv":"Ed448","x":"AAAA"}`, jwks.NoteKeyType},
		{"X25519", `{` + replace(proofEd, "Ed25519", "X25519", 1) + `}`, jwks.NoteKeyType},
		{"secp256k1", `{` + replace(proofP256, "P-256", "secp256k1", 1) + `}`, jwks.NoteKeyType},
		{"another curve", `{` + replace(proofP256, "P-256", "P-384", 1) + `}`, jwks.NoteInvalid},
		{"a point off the curve", `{` + replace(proofP256, `5a0"`, `5a4"`, 1) + `}`, jwks.NoteInvalid},
		{"the point zero", `{"kty":"EC","crv":"P-256","x":"` + strings.Repeat("A", 43) + `","y":"` +
			strings.Repeat("A", 43) + `"}`, jwks.NoteInvalid},
		{"a coordinate with padding", `{` + replace(proofP256, `5a0"`, `5a0="`, 1) + `}`, jwks.NoteMalformed},
		{"a coordinate with a zero in front", `{` + replace(proofP256, `"f83O`, `"AAAAf83O`, 1) + `}`,
			jwks.NoteMalformed},
		{"a coordinate without the zero in front", `{` + replace(proofP521, `"y":"ADSm`, `"y":"NKZE`, 1) + `}`,
			jwks.NoteInvalid},
		{"no y", `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}`, jwks.NoteInvalid},
		{"RSA of 2047 bits", `{` + rsaOf(2047) + `}`, jwks.NoteWeak},
		{"RSA of 4097 bits", `{` + rsaOf(4097) + `}`, jwks.NoteHuge},
		{"RSA of 16384 bits", `{` + rsaOf(16384) + `}`, jwks.NoteHuge},
		{"an even exponent", `{` + replace(proofRSA, "AQAB", "AQAA", 1) + `}`, jwks.NoteWeak},
		{"the exponent one", `{` + replace(proofRSA, "AQAB", "AQ", 1) + `}`, jwks.NoteWeak},
		{"a large exponent", `{` + replace(proofRSA, "AQAB", "AQAAAAAB", 1) + `}`, jwks.NoteHuge},
		{"an exponent with a zero in front", `{` + replace(proofRSA, "AQAB", "AAEAAQ", 1) + `}`,
			jwks.NoteMalformed},
		{"a modulus with a zero in front", `{` + replace(proofRSA, `"n":"0vx7`, `"n":"ANL8ewAA`, 1) + `}`,
			jwks.NoteMalformed},
		{"no modulus", `{"kty":"RSA","e":"AQAB"}`, jwks.NoteInvalid},
		{"a certificate instead of the modulus", `{"kty":"RSA","e":"AQAB","x5c":["MII"]}`, jwks.NoteInvalid},
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		for _, value := range []string{`"AQ"`, `""`, `null`, `[]`, `0`} {
			cases = append(cases, rejected{"the private member " + name + " is " + value,
				`{` + proofEd + `,"` + name + `":` + value + `}`, jwks.NotePrivate})
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k, err := jwks.ParseProofKey([]byte(c.jwk))
			if !errors.Is(err, c.want) || k.Public != nil || k.Algorithms != nil {
				t.Errorf("ParseProofKey(%s) = %v, %v, want %v", c.jwk, k.Public, err, c.want)
			}
		})
	}
}

// FuzzParseProofKey reads any text as a key. A key that is accepted is one that a key set may
// have, too, with the same thumbprint.
func FuzzParseProofKey(f *testing.F) {
	for _, members := range []string{
		proofP256, proofP521, proofEd, proofRSA, proofEd + `,"alg":"EdDSA","use":"sig","key_ops":["verify"]`,
		proofEd + `,"d":null`,
	} {
		f.Add("{" + members + "}")
	}
	f.Fuzz(func(t *testing.T, jwk string) {
		k, err := jwks.ParseProofKey([]byte(jwk))
		if err != nil {
			return
		}
		if k.Private || len(k.Algorithms) == 0 {
			t.Errorf("%q is %+v", jwk, k)
		}
		set, _ := jwks.Parse([]byte(`{"keys":[` + jwk + `]}`))
		if len(set.Keys) == 1 && set.Keys[0].Thumbprint != k.Thumbprint {
			t.Errorf("%q has another thumbprint in a set", jwk)
		}
	})
}
