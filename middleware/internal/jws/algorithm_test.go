package jws_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

var names = []string{
	"ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
}

// keys returns a private key for each algorithm. Those of one family share a key.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	all := map[string]crypto.Signer{}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		all[name] = rsaKey
	}
	curves := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(),
		"ES512": elliptic.P521()}
	for name, curve := range curves {
		if all[name], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			panic(err)
		}
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	all["EdDSA"], all["Ed25519"] = edKey, edKey
	return all
})

// method returns golang-jwt's implementation, which these tests compare with.
func method(name string) jwt.SigningMethod {
	if name == "Ed25519" {
		name = "EdDSA"
	}
	return jwt.GetSigningMethod(name)
}

func sign(t testing.TB, name, input string) []byte {
	t.Helper()
	signature, err := method(name).Sign(input, keys()[name])
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func TestByName(t *testing.T) {
	for _, name := range names {
		if jws.ByName(name) == nil {
			t.Errorf("there is no %s", name)
		}
	}
	for _, name := range []string{
		"", "none", "None", "HS256", "HS384", "HS512", "rs256", "RS256 ", "ES256K", "RSA1_5", "RSA-OAEP",
		"Ed448", "dir",
	} {
		if jws.ByName(name) != nil {
			t.Errorf("there is an algorithm %q", name)
		}
	}
}

func TestAlgorithms(t *testing.T) {
	for _, c := range []struct {
		name      string
		ask, want []string
	}{
		{"no name", nil, nil},
		{"two names", []string{"RS256", "ES256"}, []string{"ES256", "RS256"}},
		{"EdDSA stands for Ed25519", []string{"EdDSA"}, []string{"Ed25519", "EdDSA"}},
		{"Ed25519 stands for EdDSA", []string{"Ed25519"}, []string{"Ed25519", "EdDSA"}},
		{"names that do not exist are left out", []string{"HS256", "none", "ES384"}, []string{"ES384"}},
		{"all names", names, names},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := jws.Algorithms(c.ask...)
			if all := slices.Sorted(maps.Keys(got)); !slices.Equal(all, c.want) {
				t.Errorf("Algorithms(%q) has %q, want %q", c.ask, all, c.want)
			}
			for name, a := range got {
				if a == nil {
					t.Errorf("%s is nil", name)
				}
			}
		})
	}
}

// TestVerifyNeedsTheRightKey signs with every algorithm and verifies with every
// algorithm and every key.
func TestVerifyNeedsTheRightKey(t *testing.T) {
	const input = "header.payload"
	type public interface{ Equal(crypto.PublicKey) bool }
	sameKey := func(a, b string) bool { return keys()[a].Public().(public).Equal(keys()[b].Public()) }
	for _, signed := range names {
		signature := sign(t, signed, input)
		for _, asked := range names {
			for _, of := range names {
				got := jws.ByName(asked).Verify(input, signature, keys()[of].Public())
				want := method(signed) == method(asked) && sameKey(signed, of)
				if got != want {
					t.Errorf("signed with %s, verified with %s and the key of %s: %v, want %v", signed, asked, of, got, want)
				}
			}
		}
		a := jws.ByName(signed)
		if a.Verify(input+"x", signature, keys()[signed].Public()) {
			t.Errorf("%s: the signature verifies another input", signed)
		}
		if a.Verify(input, nil, keys()[signed].Public()) {
			t.Errorf("%s: no signature verifies", signed)
		}
		for _, key := range []crypto.PublicKey{nil, []byte("secret"), "secret", keys()[signed],
			ed25519.PublicKey("too short")} {
			if a.Verify(input, signature, key) {
				t.Errorf("%s: the signature verifies with a %T", signed, key)
			}
		}
	}
}

// TestVerifyNeedsTheCurve signs with keys on smaller curves, and widens r and s to the
// length that the algorithm expects.
func TestVerifyNeedsTheCurve(t *testing.T) {
	const input = "header.payload"
	for _, c := range []struct {
		name  string
		hash  crypto.Hash
		width int
		curve elliptic.Curve
		want  bool
	}{
		{"ES256", crypto.SHA256, 32, elliptic.P224(), false},
		{"ES256", crypto.SHA256, 32, elliptic.P256(), true},
		{"ES384", crypto.SHA384, 48, elliptic.P256(), false},
		{"ES384", crypto.SHA384, 48, elliptic.P384(), true},
		{"ES512", crypto.SHA512, 66, elliptic.P256(), false},
		{"ES512", crypto.SHA512, 66, elliptic.P384(), false},
		{"ES512", crypto.SHA512, 66, elliptic.P521(), true},
	} {
		key, err := ecdsa.GenerateKey(c.curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		hash := c.hash.New()
		hash.Write([]byte(input))
		r, s, err := ecdsa.Sign(rand.Reader, key, hash.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		signature := make([]byte, 2*c.width)
		r.FillBytes(signature[:c.width])
		s.FillBytes(signature[c.width:])
		if got := jws.ByName(c.name).Verify(input, signature, &key.PublicKey); got != c.want {
			t.Errorf("%s verifies with a key on %s: %v, want %v", c.name, c.curve.Params().Name, got, c.want)
		}
	}
}

// TestVerifyPSSSalt checks that the salt must be as long as the hash.
func TestVerifyPSSSalt(t *testing.T) {
	const input = "header.payload"
	key := keys()["PS256"].(*rsa.PrivateKey)
	hash := crypto.SHA256.New()
	hash.Write([]byte(input))
	for _, salt := range []int{1, 20, 31, 32, 33, 64} {
		signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, hash.Sum(nil),
			&rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		if got := jws.ByName("PS256").Verify(input, signature, &key.PublicKey); got != (salt == 32) {
			t.Errorf("a salt of %d bytes verifies: %v", salt, got)
		}
	}
}

// TestVerifyAgrees compares with golang-jwt on changed signatures of every kind.
// Enough ECDSA signatures are made for some to begin with a zero byte.
func TestVerifyAgrees(t *testing.T) {
	const input = "header.payload"
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			rounds := 3
			if name == "ES256" {
				rounds = 600
			}
			for range rounds {
				signature := sign(t, name, input)
				agrees(t, name, input, signature)
				changed := slices.Clone(signature)
				changed[len(changed)/2] ^= 1
				agrees(t, name, input, changed)
			}
			signature := sign(t, name, input)
			half := len(signature) / 2
			zeros := make([]byte, half)
			for _, s := range [][]byte{
				nil, zeros, slices.Concat(zeros, zeros), slices.Concat(zeros, signature[half:]),
				slices.Concat(signature[:half], zeros),
				signature[1:], signature[:len(signature)-1], slices.Concat(signature, []byte{0}),
				slices.Concat([]byte{0}, signature),
			} {
				agrees(t, name, input, s)
			}
		})
	}
}

func agrees(t *testing.T, name, input string, signature []byte) {
	t.Helper()
	public := keys()[name].Public()
	want := method(name).Verify(input, signature, public) == nil
	if got := jws.ByName(name).Verify(input, signature, public); got != want {
		t.Errorf("%s verifies %x: %v, want %v", name, signature, got, want)
	}
}

// FuzzECDSA verifies any bytes as a signature, with a signature of the key among the
// seeds, and compares with golang-jwt.
func FuzzECDSA(f *testing.F) {
	const input = "header.payload"
	for _, name := range []string{"ES256", "ES384", "ES512"} {
		f.Add(name, sign(f, name, input))
		f.Add(name, make([]byte, len(sign(f, name, input))))
	}
	f.Fuzz(func(t *testing.T, name string, signature []byte) {
		if name == "ES256" || name == "ES384" || name == "ES512" {
			agrees(t, name, input, signature)
		}
	})
}
