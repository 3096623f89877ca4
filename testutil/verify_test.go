package testutil_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// parseJWK is a reader of keys that shares no code with what is tested.
func parseJWK(t *testing.T, k map[string]any) crypto.PublicKey {
	t.Helper()
	bytes := func(name string) []byte {
		s, _ := k[name].(string)
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || len(b) == 0 {
			t.Fatalf("%s of %v: %v", name, k, err)
		}
		return b
	}
	switch k["kty"] {
	case "RSA":
		return &rsa.PublicKey{N: new(big.Int).SetBytes(bytes("n")),
			E: int(new(big.Int).SetBytes(bytes("e")).Int64())}
	case "EC":
		curve := map[any]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(),
			"P-521": elliptic.P521()}[k["crv"]]
		x, y := bytes("x"), bytes("y")
		if size := (curve.Params().BitSize + 7) / 8; len(x) != size || len(y) != size {
			t.Fatalf("coordinates of %d and %d octets on %v", len(x), len(y), k["crv"])
		}
		p, err := ecdsa.ParseUncompressedPublicKey(curve, append(append([]byte{4}, x...), y...))
		if err != nil {
			t.Fatal(err)
		}
		return p
	case "OKP":
		return ed25519.PublicKey(bytes("x"))
	}
	t.Fatalf("key %v", k)
	return nil
}

// verify checks the signature of token with the keys of document and returns its
// header and claims. Times are not checked.
func verify(t *testing.T, document []byte, token string) (header, claims map[string]any) {
	t.Helper()
	header, claims, err := tryVerify(t, document, token)
	if err != nil {
		t.Fatalf("%v: %s", err, token)
	}
	return header, claims
}

func tryVerify(t *testing.T, document []byte, token string) (header, claims map[string]any, err error) {
	t.Helper()
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(document, &set); err != nil {
		t.Fatal(err)
	}
	m := jwt.MapClaims{}
	parsed, err := jwt.NewParser(jwt.WithoutClaimsValidation()).ParseWithClaims(token, m,
		func(tok *jwt.Token) (any, error) {
			for _, k := range set.Keys {
				if k["kid"] == tok.Header["kid"] {
					return parseJWK(t, k), nil
				}
			}
			return nil, fmt.Errorf("kid %v is not published", tok.Header["kid"])
		})
	if err != nil {
		return nil, nil, err
	}
	return parsed.Header, m, nil
}

// equal compares values as JSON.
func equal(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func hexOf(b []byte) string { return fmt.Sprintf("%x", b) }
