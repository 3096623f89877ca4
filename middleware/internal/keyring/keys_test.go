package keyring_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

var ecKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	for {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		if x, _ := coordinates(k); x[0] != 0 { // without its first byte it is another number
			return k
		}
	}
})

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// with returns the members of a JWK as JSON, changed by pairs of name and
// value; a nil value removes a member.
func with(members map[string]any, changes ...any) string {
	m := map[string]any{}
	for name, value := range members {
		m[name] = value
	}
	for i := 0; i < len(changes); i += 2 {
		if m[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(m, changes[i].(string))
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func rsaJWK() map[string]any {
	return map[string]any{"kty": "RSA", "kid": "k", "n": b64(rsaKey().N.Bytes()), "e": "AQAB"}
}

func ecJWK() map[string]any {
	x, y := coordinates(ecKey())
	return map[string]any{"kty": "EC", "crv": "P-256", "kid": "k", "x": b64(x), "y": b64(y)}
}

func coordinates(k *ecdsa.PrivateKey) (x, y []byte) {
	point, err := k.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	half := len(point) / 2
	return point[1 : 1+half], point[1+half:]
}

func okpJWK() map[string]any { return newSigner("k").jwk(map[string]any{"use": nil, "alg": nil}) }

// odd returns an odd number of so many bits, which need not be the product of
// two primes: nothing is signed with it.
func odd(bits uint) string {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return b64(n.Add(n, big.NewInt(7)).Bytes())
}

var all = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
	"Ed25519", "HS256", "none", ""}

// TestKey has one key in a set with a good one. A bad key must be left out
// without loss of the good one.
func TestKey(t *testing.T) {
	rs := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	ed := []string{"EdDSA", "Ed25519"}
	x, y := coordinates(ecKey())
	for _, c := range []struct {
		name, ids, jwk string
		algs           []string // that it is given out for
		note           jwks.Note
	}{
		{"RSA", "A-01", with(rsaJWK()), rs, ""},
		{"EC", "A-01 A-06", with(ecJWK()), []string{"ES256"}, ""},
		{"OKP", "A-01 A-09", with(okpJWK()), ed, ""},
		{"use sig", "K-04", with(rsaJWK(), "use", "sig"), rs, ""},
		{"use enc", "K-04 ATK-B12", with(rsaJWK(), "use", "enc"), nil, jwks.NoteUse},
		{"use unknown", "K-04", with(rsaJWK(), "use", "tls"), nil, jwks.NoteUse},
		{"use empty", "K-04", with(rsaJWK(), "use", ""), nil, jwks.NoteUse},
		{"use in another case", "K-04", with(rsaJWK(), "use", "SIG"), nil, jwks.NoteUse},
		{"use no string", "K-04", with(rsaJWK(), "use", []string{"sig"}), nil, jwks.NoteMalformed},
		{"key_ops verify", "K-05", with(rsaJWK(), "key_ops", []string{"verify"}), rs, ""},
		{"key_ops sign and verify", "K-05", with(rsaJWK(), "key_ops", []string{"sign", "verify"}), rs, ""},
		{"key_ops without verify", "K-05", with(rsaJWK(), "key_ops", []string{"sign"}), nil, jwks.NoteUse},
		{"key_ops encrypt", "K-05 ATK-B12", with(rsaJWK(), "key_ops", []string{"encrypt"}), nil, jwks.NoteUse},
		{"key_ops empty", "K-05", with(rsaJWK(), "key_ops", []string{}), rs, ""},
		{"key_ops twice", "K-05", with(rsaJWK(), "key_ops", []string{"verify", "verify"}), nil, jwks.NoteUse},
		{"key_ops a string", "K-05", with(rsaJWK(), "key_ops", "verify"), nil, jwks.NoteMalformed},
		{"use and key_ops agree", "K-06", with(rsaJWK(), "use", "sig", "key_ops", []string{"verify"}), rs, ""},
		{"use and key_ops disagree", "K-06", with(rsaJWK(), "use", "sig", "key_ops", []string{"verify", "encrypt"}),
			nil, jwks.NoteUse},
		{"alg", "K-07", with(rsaJWK(), "alg", "PS256"), []string{"PS256"}, ""},
		{"alg of another key type", "K-07", with(rsaJWK(), "alg", "ES256"), nil, jwks.NoteAlgorithm},
		{"alg of another curve", "K-07", with(ecJWK(), "alg", "ES384"), nil, jwks.NoteAlgorithm},
		{"alg for encryption", "K-07", with(rsaJWK(), "alg", "RSA-OAEP"), nil, jwks.NoteAlgorithm},
		{"alg HS256 on RSA", "K-07", with(rsaJWK(), "alg", "HS256"), nil, jwks.NoteAlgorithm},
		{"alg none", "K-07", with(rsaJWK(), "alg", "none"), nil, jwks.NoteAlgorithm},
		{"alg no string", "K-07", with(rsaJWK(), "alg", 5), nil, jwks.NoteMalformed},
		{"alg EdDSA", "A-10", with(okpJWK(), "alg", "EdDSA"), ed, ""},
		{"alg Ed25519", "A-10 CF-12", with(okpJWK(), "alg", "Ed25519"), ed, ""},
		{"kty in another case", "K-08", with(rsaJWK(), "kty", "rsa"), nil, jwks.NoteKeyType},
		{"kty missing", "K-08", with(rsaJWK(), "kty", nil), nil, jwks.NoteKeyType},
		{"kty unknown", "K-02 ATK-B13", with(rsaJWK(), "kty", "FUTURE"), nil, jwks.NoteKeyType},
		{"duplicate member", "K-03", strings.Replace(with(rsaJWK()), `{`, `{"n":"`+odd(2048)+`",`, 1), nil,
			jwks.NoteMalformed},
		{"duplicate member through an escape", "K-03",
			strings.Replace(with(rsaJWK()), `{`, `{"\u006e":"`+odd(2048)+`",`, 1), nil, jwks.NoteMalformed},
		{"name in two spellings", "K-03", strings.Replace(with(rsaJWK()), `{`, `{"N":"`+odd(2048)+`",`, 1), nil,
			jwks.NoteMalformed},
		{"name in another case in its place", "K-03", with(rsaJWK(), "use", nil, "Use", "enc"), nil,
			jwks.NoteMalformed},
		{"name with a Kelvin sign", "K-03", with(rsaJWK(), "\u212aty", "EC"), nil, jwks.NoteMalformed},
		{"unknown names", "K-03", with(rsaJWK(), "Comment", "x", "não", "x"), rs, ""},
		{"RSA private members", "K-10", with(rsaJWK(), "d", "AQAB", "p", "Aw", "q", "BQ"), rs, jwks.NotePrivate},
		{"EC private member", "K-10", with(ecJWK(), "d", "AQAB"), []string{"ES256"}, jwks.NotePrivate},
		{"OKP private member that is no string", "K-10", with(okpJWK(), "d", 5), ed, jwks.NotePrivate},
		{"oct", "K-11 ATK-B15", `{"kty":"oct","kid":"k","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}`, nil,
			jwks.NoteSymmetric},
		{"OKP Ed448", "K-12", with(okpJWK(), "crv", "Ed448"), nil, jwks.NoteKeyType},
		{"OKP X25519", "K-12", with(okpJWK(), "crv", "X25519"), nil, jwks.NoteKeyType},
		{"OKP crv missing", "K-12", with(okpJWK(), "crv", nil), nil, jwks.NoteKeyType},
		{"OKP 31 bytes", "K-12", with(okpJWK(), "x", b64(make([]byte, 31))), nil, jwks.NoteInvalid},
		{"OKP 33 bytes", "K-12", with(okpJWK(), "x", b64(make([]byte, 33))), nil, jwks.NoteInvalid},
		{"OKP padded", "K-12", with(okpJWK(), "x", b64(make([]byte, 32))+"="), nil, jwks.NoteInvalid},
		{"OKP kty EC", "K-12", with(okpJWK(), "kty", "EC"), nil, jwks.NoteKeyType},
		{"EC y missing", "K-13", with(ecJWK(), "y", nil), nil, jwks.NoteInvalid},
		{"EC not on the curve", "K-13", with(ecJWK(), "y", b64(append(y[:31:31], y[31]^1))), nil, jwks.NoteInvalid},
		{"EC infinity", "K-13", with(ecJWK(), "x", b64(make([]byte, 32)), "y", b64(make([]byte, 32))), nil,
			jwks.NoteInvalid},
		{"EC x with a zero in front", "K-13", with(ecJWK(), "x", b64(append([]byte{0}, x...))),
			[]string{"ES256"}, ""},
		{"EC x with a one in front", "K-13", with(ecJWK(), "x", b64(append([]byte{1}, x...))), nil,
			jwks.NoteInvalid},
		{"EC x too short", "K-13", with(ecJWK(), "x", b64(x[1:])), nil, jwks.NoteInvalid},
		{"EC point of another curve", "K-13", with(ecJWK(), "crv", "P-384"), nil, jwks.NoteInvalid},
		{"EC secp256k1", "K-13", with(ecJWK(), "crv", "secp256k1"), nil, jwks.NoteKeyType},
		{"RSA n with a zero in front", "K-14", with(rsaJWK(), "n",
			b64(append([]byte{0}, rsaKey().N.Bytes()...))), rs, ""},
		{"RSA 1024 bits", "A-03", with(rsaJWK(), "n", odd(1024)), nil, jwks.NoteWeak},
		{"RSA 2047 bits", "A-03", with(rsaJWK(), "n", odd(2047)), nil, jwks.NoteWeak},
		{"RSA 2047 bits and zeros in front", "A-03", with(rsaJWK(), "n", b64(append(make([]byte, 200), 0x7f))), nil,
			jwks.NoteWeak},
		{"RSA even n", "A-03", with(rsaJWK(), "n", b64(append(slices.Repeat([]byte{0xff}, 255), 0xfe))), nil,
			jwks.NoteWeak},
		{"RSA 8192 bits", "A-04", with(rsaJWK(), "n", odd(8192)), rs, ""},
		{"RSA 8193 bits", "A-04", with(rsaJWK(), "n", odd(8193)), nil, jwks.NoteHuge},
		{"RSA 65536 bits", "A-04", with(rsaJWK(), "n", odd(65536)), nil, jwks.NoteHuge},
		{"RSA e 3", "A-04", with(rsaJWK(), "e", "Aw"), rs, ""},
		{"RSA e 1", "A-04", with(rsaJWK(), "e", "AQ"), nil, jwks.NoteWeak},
		{"RSA e even", "A-04", with(rsaJWK(), "e", "AQAA"), nil, jwks.NoteWeak},
		{"RSA e 0", "A-04", with(rsaJWK(), "e", "AA"), nil, jwks.NoteInvalid},
		{"RSA e of 64 bits and more", "A-04", with(rsaJWK(), "e", b64([]byte{1, 0, 0, 0, 0, 0, 0, 0, 1})), nil,
			jwks.NoteHuge},
		{"RSA e of 32 bits", "A-04", with(rsaJWK(), "e", b64([]byte{0x80, 0, 0, 1})), nil, jwks.NoteHuge},
		{"RSA n missing", "", with(rsaJWK(), "n", nil), nil, jwks.NoteInvalid},
		{"RSA n padded", "", with(rsaJWK(), "n", odd(2048)+"=="), rs, ""},
		{"RSA n padded too little", "", with(rsaJWK(), "n", odd(2048)+"="), nil, jwks.NoteMalformed},
		{"RSA n with a line break", "", with(rsaJWK(), "n", odd(2048)[:100]+"\n"+odd(2048)[100:]), nil,
			jwks.NoteMalformed},
		{"RSA n a number", "", with(rsaJWK(), "n", 5), nil, jwks.NoteMalformed},
		{"kid a number", "", with(rsaJWK(), "kid", 5), nil, jwks.NoteMalformed},
		{"kid null", "", strings.Replace(with(rsaJWK(), "kid", nil), "{", `{"kid":null,`, 1), nil, ""},
		{"kid of more than 1024 bytes", "", with(rsaJWK(), "kid", strings.Repeat("k", 1025)), nil,
			jwks.NoteMalformed},
		{"lone surrogate", "", strings.Replace(with(rsaJWK()), "{", `{"z":"\ud800",`, 1), nil, jwks.NoteMalformed},
		{"deep nesting", "", strings.Replace(with(rsaJWK()), "{",
			`{"z":`+strings.Repeat("[", 99)+strings.Repeat("]", 99)+",", 1), nil, jwks.NoteMalformed},
		{"x5c that is no certificate", "ATK-F12", with(rsaJWK(), "x5c", []string{"garbage"}, "x5t", "?", "x5u",
			"http://127.0.0.1/"), rs, ""},
		{"unknown members", "ATK-F12", with(rsaJWK(), "ext", true, "nbf", 1, "cloud_instance_name", "x"), rs, ""},
		{"no object", "", `[]`, nil, jwks.NoteMalformed},
		{"null", "", `null`, nil, jwks.NoteMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			good := newSigner("good")
			set := fmt.Sprintf(`{"keys":[%s,%s]}`, c.jwk, with(good.jwk(nil)))
			r, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(set)}, keyring.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := good.admitted(t.Context(), r, "good"); !ok {
				t.Errorf("the good key was lost: %v", err)
			}
			var algs []string
			for _, alg := range all {
				keys, err := r.Keys(t.Context(), "k", alg)
				if len(keys) == 1 && err == nil {
					algs = append(algs, alg)
				} else if !errors.Is(err, keyring.ErrUnknownKey) || len(keys) != 0 {
					t.Errorf("%s: %d keys, %v", alg, len(keys), err)
				}
			}
			if !slices.Equal(algs, c.algs) {
				t.Errorf("given out for %v, want %v", algs, c.algs)
			}
			remarks := r.Health().Remarks
			if c.note == "" && len(remarks) != 0 || c.note != "" && (len(remarks) != 1 || remarks[0].Note != c.note) {
				t.Errorf("remarks %v, want %q", remarks, c.note)
			}
		})
	}
}
