package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"github.com/lestrrat-go/jwx/v3/jwk"

	"github.com/bearerguard/bearerguard/testutil"
)

// algorithms are those that the tables are about.
var algorithms = []string{"RS256", "ES256", "EdDSA"}

// tokenBytes is the length of an RS256 token; those of the other algorithms
// have the same claims and shorter signatures.
const tokenBytes = 935

// claimsOf returns the claims of the i-th token, padded by pad characters.
func claimsOf(i, pad int) map[string]any {
	return map[string]any{
		"scope": "deals-read deals-write permissions-read", "tenant": "c7834e89-74ff-42ae-a6d8-8693f24b1351",
		"source_system": "erp-7", "azp": "integration-api-service", "ver": "2.0", "jti": fmt.Sprintf("token-%07d", i),
		"roles": []string{"Declarations.Read"}, "note": strings.Repeat("x", pad),
	}
}

// A field is what is measured: an issuer and its tokens.
type field struct {
	issuer *testutil.Issuer
	pad    int
	keys   map[string]crypto.PublicKey
}

// newField starts an issuer on loopback.
func newField() (*field, error) {
	issuer, err := testutil.Start(testutil.Options{Keys: algorithms})
	if err != nil {
		return nil, err
	}
	f := &field{issuer: issuer, keys: map[string]crypto.PublicKey{}}
	for len(f.mint("RS256", 0)) < tokenBytes {
		f.pad++
	}
	set, err := jwk.Parse(issuer.JWKS())
	if err != nil {
		return nil, err
	}
	for _, alg := range algorithms {
		key, _ := set.LookupKeyID(issuer.KeyID(alg))
		var raw any
		if err := jwk.Export(key, &raw); err != nil {
			return nil, err
		}
		f.keys[alg] = raw
	}
	return f, nil
}

func (f *field) mint(alg string, i int) string {
	return f.issuer.MintHeader(map[string]any{"alg": alg}, claimsOf(i, f.pad))
}

// mintAll returns n distinct tokens.
func (f *field) mintAll(alg string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = f.mint(alg, i)
	}
	return all
}

// config returns how a guard is to check tokens of alg.
func (f *field) config(alg string) config {
	return config{issuer: f.issuer.URL(), jwks: f.issuer.JWKSURL(), audience: f.issuer.Audience(), alg: alg, key: f.keys[alg]}
}

func requestWith(authorization string) *http.Request {
	r, err := http.NewRequest("GET", "http://api.example.com/v1/deals", nil)
	if err != nil {
		panic(err)
	}
	r.RequestURI = "/v1/deals"
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

// discard is a response writer that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// serving returns a unit that serves a request with each of tokens in turn and
// panics unless each reaches the handler, whose counter is served. All are the
// same request with another token: a server writes each into memory that it has
// just used, so that the token is what is new about it.
func serving(name string, h http.Handler, served *int, tokens []string) unit {
	fields := make([]string, len(tokens))
	for i, token := range tokens {
		fields[i] = "Bearer " + token
	}
	w, r := &discard{http.Header{}}, requestWith("-")
	authorization := r.Header["Authorization"]
	return unit{name: name, do: func(i, n int) {
		before := *served
		for k := range n {
			authorization[0] = fields[(i+k)%len(fields)]
			h.ServeHTTP(w, r)
		}
		if *served-before != n {
			panic(fmt.Sprintf("%s: %d of %d good requests came through", name, *served-before, n))
		}
	}}
}

// counting returns an empty handler that counts its calls.
func counting() (http.Handler, *int) {
	served := new(int)
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { *served++ }), served
}

// raw returns the bare signature check of tokens, without a look at anything
// else, decoding included.
func raw(alg string, key crypto.PublicKey, tokens []string) unit {
	type parts struct {
		signed, signature []byte
		r, s              *big.Int
	}
	all := make([]parts, len(tokens))
	for i, token := range tokens {
		dot := strings.LastIndexByte(token, '.')
		signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
		if err != nil {
			panic(err)
		}
		all[i] = parts{signed: bytes.Clone([]byte(token[:dot])), signature: signature}
		if alg == "ES256" {
			all[i].r, all[i].s = new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		}
	}
	var verify func(p *parts) bool
	switch key := key.(type) {
	case *rsa.PublicKey:
		verify = func(p *parts) bool {
			digest := sha256.Sum256(p.signed)
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], p.signature) == nil
		}
	case *ecdsa.PublicKey:
		verify = func(p *parts) bool {
			digest := sha256.Sum256(p.signed)
			return ecdsa.Verify(key, digest[:], p.r, p.s)
		}
	case ed25519.PublicKey:
		verify = func(p *parts) bool { return ed25519.Verify(key, p.signed, p.signature) }
	default:
		panic(fmt.Sprintf("a key of type %T", key))
	}
	return unit{name: "bare " + alg + " check", do: func(i, n int) {
		for k := range n {
			if !verify(&all[(i+k)%len(all)]) {
				panic("a bad signature")
			}
		}
	}}
}
