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

// algorithms are those of the tables.
var algorithms = []string{"RS256", "ES256", "EdDSA"}

// tokenBytes is the length of an RS256 token. Tokens of the other algorithms
// have the same claims and shorter signatures.
const tokenBytes = 935

// claimsOf returns the claims of the i-th token, padded by pad characters.
func claimsOf(i, pad int) map[string]any {
	return map[string]any{
		"scope": "deals-read deals-write permissions-read", "tenant": "c7834e89-74ff-42ae-a6d8-8693f24b1351",
		"source_system": "erp-7", "azp": "integration-api-service", "ver": "2.0", "jti": fmt.Sprintf("token-%07d",
			i),
		"roles": []string{"Declarations.Read"}, "note": strings.Repeat("x", pad),
	}
}

// A workload is an issuer and the tokens that it signs.
type workload struct {
	issuer *testutil.Issuer
	pad    int
	keys   map[string]crypto.PublicKey
}

// newWorkload starts an issuer on loopback.
func newWorkload() (*workload, error) {
	issuer, err := testutil.Start(testutil.Options{Keys: algorithms})
	if err != nil {
		return nil, err
	}
	l := &workload{issuer: issuer, keys: map[string]crypto.PublicKey{}}
	for len(l.mint("RS256", 0)) < tokenBytes {
		l.pad++
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
		l.keys[alg] = raw
	}
	return l, nil
}

func (l *workload) mint(alg string, i int) string {
	return l.issuer.MintHeader(map[string]any{"alg": alg}, claimsOf(i, l.pad))
}

// mintAll returns n distinct tokens.
func (l *workload) mintAll(alg string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = l.mint(alg, i)
	}
	return all
}

// mintBound returns an RS256 token with the claim cnf, without it if that is nil. It is as
// long as the others.
func (l *workload) mintBound(cnf map[string]any) string {
	for pad := l.pad; ; pad-- {
		claims := claimsOf(0, pad)
		if cnf != nil {
			claims["cnf"] = cnf
		}
		token := l.issuer.MintHeader(map[string]any{"alg": "RS256"}, claims)
		if len(token) <= tokenBytes || pad == 0 {
			return token
		}
	}
}

// config returns what a guard needs to check tokens of alg.
func (l *workload) config(alg string) config {
	return config{issuer: l.issuer.URL(), jwks: l.issuer.JWKSURL(), audience: l.issuer.Audience(), alg: alg,
		key: l.keys[alg]}
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

// serving returns a unit that serves a request with each of tokens in turn. It
// panics unless each request reaches the handler, which counts them in served.
// All use the same request with another token, as a server reads one request
// after the other into the same memory.
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
			panic(fmt.Sprintf("%s: %d of %d good requests reached the handler", name, *served-before, n))
		}
	}}
}

// counting returns an empty handler that counts its calls.
func counting() (http.Handler, *int) {
	served := new(int)
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { *served++ }), served
}

// bareCheck names the check of the signature alone.
func bareCheck(alg string) string { return "bare " + alg + " check" }

// signatureCheck returns a unit that checks the signatures of tokens and does
// nothing else. The tokens are decoded beforehand.
func signatureCheck(alg string, key crypto.PublicKey, tokens []string) unit {
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
	return unit{name: bareCheck(alg), do: func(i, n int) {
		for k := range n {
			if !verify(&all[(i+k)%len(all)]) {
				panic("the signature check failed")
			}
		}
	}}
}
