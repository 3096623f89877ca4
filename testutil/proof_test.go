package testutil_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestAProofIsGoodForEachAlgorithm(t *testing.T) {
	const url, token = "https://api.example.com/a%20b", "some-token"
	for _, alg := range append([]string{""}, all...) {
		t.Run("alg "+alg, func(t *testing.T) {
			key := &testutil.ProofKey{Algorithm: alg}
			before := time.Now().Unix()
			proof := key.Proof("PUT", url+"?q=1#f", token)
			if fault := proofFault(t, []string{proof}, "PUT", url, token, "", key.Thumbprint()); fault != "" {
				t.Errorf("fault in %s", fault)
			}
			header, claims, err := readProof(t, proof)
			if err != nil {
				t.Fatal(err)
			}
			if want := alg; want != "" && header["alg"] != want || want == "" && header["alg"] != "ES256" {
				t.Errorf("alg %v", header["alg"])
			}
			if !equal(header["jwk"], key.JWK()) || len(header) != 3 || len(claims) != 5 {
				t.Errorf("header %v, claims %v", header, claims)
			}
			if iat := int64(claims["iat"].(float64)); iat < before || iat > time.Now().Unix() {
				t.Errorf("iat %d, began at %d", iat, before)
			}
			if got := thumbprintOf(key.JWK()); got != key.Thumbprint() ||
				!equal(key.Confirmation(), map[string]any{"jkt": got}) {
				t.Errorf("thumbprint %s, Thumbprint %s, Confirmation %v", got, key.Thumbprint(), key.Confirmation())
			}
			if got, fault := testutil.ParseProof(proof); fault != "" || got != key.Thumbprint() {
				t.Errorf("the token endpoint finds key %q, fault %q", got, fault)
			}
			_, other, err := readProof(t, key.Proof("PUT", url, token))
			if err != nil || other["jti"] == claims["jti"] {
				t.Errorf("two proofs have the jti %v; %v", claims["jti"], err)
			}
		})
	}
}

// Each hostile proof has the fault that its name says, and no other.
func TestAHostileProofHasTheFaultItSays(t *testing.T) {
	const url, token, nonce = "https://api.example.com/x", "some-token", "n0"
	at := time.Unix(1767225600, 0)
	key, thief := new(testutil.ProofKey), new(testutil.ProofKey)
	rsa := &testutil.ProofKey{Algorithm: "RS256"}
	type object = map[string]any
	for _, tc := range []struct {
		name   string
		key    *testutil.ProofKey
		change func(*testutil.Proof)
		fault  string // that an independent reader finds; "" for none
	}{
		{"good", key, func(p *testutil.Proof) {}, ""},
		{"good with more members", key, func(p *testutil.Proof) {
			p.Header, p.Claims = object{"x": 1},
				object{"y": 1}
		}, ""},
		{"no typ", key, func(p *testutil.Proof) { p.Header = object{"typ": nil} }, "typ"},
		{"typ of an access token", key, func(p *testutil.Proof) { p.Header = object{"typ": "at+jwt"} }, "typ"},
		{"typ is a number", key, func(p *testutil.Proof) { p.Header = object{"typ": 1} }, "typ"},
		{"no alg", key, func(p *testutil.Proof) { p.Header = object{"alg": nil} }, "signature"},
		{"alg none", key, func(p *testutil.Proof) { p.Header = object{"alg": "none"} }, "signature"},
		{"alg nOnE", key, func(p *testutil.Proof) { p.Header = object{"alg": "nOnE"} }, "signature"},
		{"alg of another kind of key", key, func(p *testutil.Proof) { p.Header = object{"alg": "RS256"} },
			"signature"},
		{"alg of another curve", key, func(p *testutil.Proof) { p.Header = object{"alg": "ES384"} }, "signature"},
		{"unknown alg", key, func(p *testutil.Proof) { p.Header = object{"alg": "ES257"} }, "signature"},
		{"symmetric", &testutil.ProofKey{Algorithm: "HS256"}, func(p *testutil.Proof) {}, "alg"},
		{"private member", key, func(p *testutil.Proof) { p.DangerouslyExposePrivate = true }, "private"},
		{"private member of RSA", rsa, func(p *testutil.Proof) { p.DangerouslyExposePrivate = true }, "private"},
		{"no jwk", key, func(p *testutil.Proof) { p.Header = object{"jwk": nil} }, "signature"},
		{"jwk is a string", key, func(p *testutil.Proof) { p.Header = object{"jwk": "x"} }, "signature"},
		{"key of a thief", thief, func(p *testutil.Proof) {}, "key"},
		{"signature of a thief", thief, func(p *testutil.Proof) { p.Header = object{"jwk": key.JWK()} },
			"signature"},
		{"no htm", key, func(p *testutil.Proof) { p.Claims = object{"htm": nil} }, "htm"},
		{"other method", key, func(p *testutil.Proof) { p.Method = "POST" }, "htm"},
		{"method in lower case", key, func(p *testutil.Proof) { p.Method = "get" }, "htm"},
		{"no htu", key, func(p *testutil.Proof) { p.Claims = object{"htu": nil} }, "htu"},
		{"other URL", key, func(p *testutil.Proof) { p.URL = "https://api.example.com/y" }, "htu"},
		{"htu with a query", key, func(p *testutil.Proof) { p.Claims = object{"htu": url + "?q"} }, "htu"},
		{"no jti", key, func(p *testutil.Proof) { p.Claims = object{"jti": nil} }, "jti"},
		{"jti is a number", key, func(p *testutil.Proof) { p.Claims = object{"jti": 7} }, "jti"},
		{"no iat", key, func(p *testutil.Proof) { p.Claims = object{"iat": nil} }, "iat"},
		{"iat is a string", key, func(p *testutil.Proof) { p.Claims = object{"iat": "1767225600"} }, "iat"},
		{"no ath", key, func(p *testutil.Proof) { p.Token = "" }, "ath"},
		{"ath of another token", key, func(p *testutil.Proof) { p.Token = "other" }, "ath"},
		{"no nonce", key, func(p *testutil.Proof) { p.Nonce = "" }, "nonce"},
		{"other nonce", key, func(p *testutil.Proof) { p.Nonce = "n1" }, "nonce"},
		{"nonce is a list", key, func(p *testutil.Proof) { p.Claims = object{"nonce": []string{nonce}} }, "nonce"},
		{"raw member", key, func(p *testutil.Proof) { p.Claims = object{"iat": json.RawMessage(`"x","iat":1`)} }, ""},
		{"raw header", key, func(p *testutil.Proof) { p.RawHeader = []byte(`{"alg":`) }, "signature"},
		{"raw payload", key, func(p *testutil.Proof) { p.RawPayload = []byte("\xff") }, "signature"},
		{"no signature", key, func(p *testutil.Proof) { p.Signature = func([]byte) []byte { return nil } },
			"signature"},
		{"flipped bit", key, func(p *testutil.Proof) {
			p.Signature = func(right []byte) []byte { right[9] ^= 1; return right }
		}, "signature"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := testutil.Proof{Method: "GET", URL: url, Token: token, Nonce: nonce, ID: "a", At: at}
			tc.change(&p)
			proof := tc.key.Sign(p)
			if got := proofFault(t, []string{proof}, "GET", url, token, nonce, key.Thumbprint()); got != tc.fault {
				t.Errorf("fault %q, want %q", got, tc.fault)
			}
			if parts := strings.Split(proof, "."); len(parts) != 3 {
				t.Errorf("%d parts", len(parts))
			}
		})
	}
}

func TestTheFieldsOfAProofAreWritten(t *testing.T) {
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	proof := key.Sign(testutil.Proof{
		Method: "DELETE", URL: "https://a.example/?q#f", Nonce: "n", ID: "i", At: time.Unix(5, 0),
		Claims: map[string]any{"htm": nil, "a": json.RawMessage(`1,"a":2`), "jti": "<&>"},
	})
	parts := strings.Split(proof, ".")
	const want = `{"jti":"<&>","htu":"https://a.example/","iat":5,"nonce":"n","a":1,"a":2}`
	if got := string(unbase64(t, parts[1])); got != want {
		t.Errorf("payload %s, want %s", got, want)
	}
	raw := key.Sign(testutil.Proof{RawHeader: []byte("h"), RawPayload: []byte{}})
	if !strings.HasPrefix(raw, "aA..") || strings.HasSuffix(raw, ".") {
		t.Errorf("raw proof %q", raw)
	}
	_, claims, err := readProof(t, key.Sign(testutil.Proof{}))
	if err != nil || claims["htm"] != "GET" || claims["jti"] == "" {
		t.Errorf("zero Proof: %v, %v", claims, err)
	}
}

// A key of a family signs by each algorithm of it, and Ed25519 is another name.
func TestAProofIsSignedByTheAlgorithmOfItsHeader(t *testing.T) {
	for _, tc := range []struct{ key, alg string }{{"RS256", "PS384"}, {"PS512", "RS256"}, {"EdDSA", "Ed25519"},
		{"ES384", "ES384"}} {
		key := &testutil.ProofKey{Algorithm: tc.key}
		proof := key.Sign(testutil.Proof{Header: map[string]any{"alg": tc.alg}})
		if got, fault := testutil.ParseProof(proof); fault != "" || got != key.Thumbprint() {
			t.Errorf("%s by %s: key %q, fault %q", tc.alg, tc.key, got, fault)
		}
		if tc.alg == "Ed25519" {
			continue // golang-jwt does not know the name
		}
		if header, _, err := readProof(t, proof); err != nil || header["alg"] != tc.alg {
			t.Errorf("%s by %s: %v, %v", tc.alg, tc.key, header, err)
		}
	}
}

// The other signature that an ECDSA key has for a text (n - s) is good as well: what a
// replay with another text of the same proof looks like.
func TestASignatureCanBeReplacedByItsTwin(t *testing.T) {
	key := &testutil.ProofKey{Algorithm: "ES256"}
	var right []byte
	proof := key.Sign(testutil.Proof{Signature: func(signature []byte) []byte {
		right = bytes.Clone(signature)
		s := new(big.Int).SetBytes(signature[32:])
		s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:])
		return signature
	}})
	got := unbase64(t, strings.Split(proof, ".")[2])
	if _, _, err := readProof(t, proof); err != nil || bytes.Equal(got, right) ||
		!bytes.Equal(got[:32], right[:32]) {
		t.Errorf("%v, signature %x, right %x", err, got, right)
	}
}

func TestTheMembersOfAKeyAreCopies(t *testing.T) {
	key := new(testutil.ProofKey)
	want := key.Thumbprint()
	key.JWK()["x"], key.Confirmation()["jkt"] = "changed", "changed"
	if key.JWK()["x"] == "changed" || key.Thumbprint() != want || key.Confirmation()["jkt"] != want {
		t.Error("a change of a map changed the key")
	}
	if k, ok := key.Signer().(*ecdsa.PrivateKey); !ok || k.Curve != elliptic.P256() {
		t.Errorf("Signer %T", key.Signer())
	}
	if s := (&testutil.ProofKey{Algorithm: "HS256"}).Signer(); s != nil {
		t.Errorf("Signer of a symmetric key: %T", s)
	}
}

func TestProofKeyPanicsForAnUnknownAlgorithm(t *testing.T) {
	for _, alg := range []string{"none", "ES257", "es256", "RS"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %q", alg)
				}
			}()
			(&testutil.ProofKey{Algorithm: alg}).Thumbprint()
		}()
	}
}
