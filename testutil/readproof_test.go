package testutil_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// digest is the base64url of a SHA-256.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// thumbprintOf computes the thumbprint of a JWK (RFC 7638) member by member, without
// the code that is tested.
func thumbprintOf(k map[string]any) string {
	var members []string
	for _, name := range []string{"crv", "e", "k", "kty", "n", "x", "y"} {
		if v, ok := k[name].(string); ok {
			members = append(members, fmt.Sprintf(`"%s":"%s"`, name, v))
		}
	}
	return digest("{" + strings.Join(members, ",") + "}")
}

// readProof verifies a proof by golang-jwt with the key in its header, and returns the
// header and the claims. Neither times nor claims are judged.
func readProof(t *testing.T, proof string) (header, claims map[string]any, err error) {
	t.Helper()
	m := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithoutClaimsValidation())
	parsed, err := parser.ParseWithClaims(proof, m, func(tok *jwt.Token) (any, error) {
		k, ok := tok.Header["jwk"].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("jwk is %v", tok.Header["jwk"])
		}
		if k["kty"] == "oct" {
			return unbase64(t, k["k"].(string)), nil
		}
		return parseJWK(t, k), nil
	})
	if err != nil {
		return nil, nil, err
	}
	return parsed.Header, m, nil
}

// proofFault says what is wrong with a proof for a request, or "". It is how the API
// of a test judges a proof: of all checks of RFC 9449 section 4.3 only that for a
// repeated jti and that of the time are left out.
func proofFault(t *testing.T, fields []string, method, url, token, nonce, jkt string) string {
	t.Helper()
	if len(fields) != 1 {
		return "number of fields"
	}
	header, claims, err := readProof(t, fields[0])
	if err != nil {
		return "signature"
	}
	jwk := header["jwk"].(map[string]any)
	_, private := jwk["d"]
	id, _ := claims["jti"].(string)
	_, dated := claims["iat"].(float64)
	for _, c := range []struct {
		name string
		bad  bool
	}{
		{"typ", header["typ"] != "dpop+jwt"},
		{"alg", !slices.Contains(all, header["alg"].(string))},
		{"private", private},
		{"jti", id == ""},
		{"htm", claims["htm"] != method},
		{"htu", claims["htu"] != url},
		{"iat", !dated},
		{"ath", token != "" && claims["ath"] != digest(token)},
		{"nonce", nonce != "" && claims["nonce"] != nonce},
		{"key", jkt != "" && thumbprintOf(jwk) != jkt},
	} {
		if c.bad {
			return c.name
		}
	}
	return ""
}
