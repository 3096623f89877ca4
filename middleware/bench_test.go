package middleware_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// benchClaims make a token about as long as those of the large issuers.
var benchClaims = map[string]any{
	"scope": "deals-read deals-write permissions-read", "tenant": "c7834e89-74ff-42ae-a6d8-8693f24b1351",
	"source_system": "erp-7", "azp": "integration-api-service", "ver": "2.0",
	"oid":   "a3d9b7c2-7f64-4d0b-8f1e-6a5c4b3d2e1f",
	"roles": []string{"Declarations.Read"}, "client_id": "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11",
}

// discard is an http.ResponseWriter that discards the body.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func benchGuard(b testing.TB, issuer *testutil.Issuer, cache int) http.Handler {
	auth, err := middleware.New(middleware.Config{
		Audiences:   []string{issuer.Audience()},
		Issuers:     []middleware.Issuer{{URL: issuer.URL()}},
		CacheTokens: cache,
	})
	if err != nil {
		b.Fatal(err)
	}
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	return httpauth.Require(auth, scopes.Scope("deals-read"))(handler)
}

func benchRequests(issuer *testutil.Issuer, alg string, n int) []*http.Request {
	requests := make([]*http.Request, n)
	for i := range requests {
		r := httptest.NewRequest("GET", "/", nil)
		benchClaims["jti"] = fmt.Sprintf("token-%06d", i)
		r.Header.Set("Authorization", "Bearer "+issuer.MintHeader(map[string]any{"alg": alg}, benchClaims))
		requests[i] = r
	}
	return requests
}

// BenchmarkUncached verifies distinct tokens.
func BenchmarkUncached(b *testing.B) {
	issuer := testutil.NewIssuer(b, testutil.Options{})
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		for _, cache := range []int{-1, 1024} {
			b.Run(fmt.Sprintf("%s/cache=%d", alg, cache), func(b *testing.B) {
				guard := benchGuard(b, issuer, cache)
				requests := benchRequests(issuer, alg, 4096)
				w := &discard{http.Header{}}
				guard.ServeHTTP(w, requests[0])
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					i++
					guard.ServeHTTP(w, requests[i%len(requests)])
				}
			})
		}
	}
}

// BenchmarkCached sends one token again and again.
func BenchmarkCached(b *testing.B) {
	issuer := testutil.NewIssuer(b, testutil.Options{})
	guard := benchGuard(b, issuer, 0)
	r := benchRequests(issuer, "RS256", 1)[0]
	w := &discard{http.Header{}}
	guard.ServeHTTP(w, r)
	b.ReportAllocs()
	for b.Loop() {
		guard.ServeHTTP(w, r)
	}
}

// BenchmarkRefused sends tokens that are rejected before the signature is verified, or by
// it. Any client can send them.
func BenchmarkRefused(b *testing.B) {
	issuer := testutil.NewIssuer(b, testutil.Options{})
	guard := benchGuard(b, issuer, 0)
	w := &discard{http.Header{}}
	guard.ServeHTTP(w, benchRequests(issuer, "RS256", 1)[0]) // fetches the keys
	good, other := issuer.Mint(benchClaims), issuer.Mint(nil)
	for name, authorization := range map[string]string{
		"no token": "", "malformed": "Bearer a.b", "too long": "Bearer " + strings.Repeat("a", 20_000),
		"another scheme": "Basic dXNlcjpwYXNz", "another issuer": "Bearer " +
			issuer.Mint(map[string]any{"iss": "https://other.example"}),
		"an unknown key":           "Bearer " + issuer.MintHeader(map[string]any{"kid": "made-up"}, nil),
		"an algorithm not allowed": "Bearer " + unsignedLike(good),
		"a bad signature": "Bearer " + good[:strings.LastIndexByte(good, '.')] +
			other[strings.LastIndexByte(other, '.'):],
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/", nil)
			if authorization != "" {
				r.Header.Set("Authorization", authorization)
			}
			for range 10 { // until nothing is fetched for it any more
				guard.ServeHTTP(w, r)
			}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				guard.ServeHTTP(w, r)
			}
		})
	}
}

// unsignedLike returns token with a header of alg none.
func unsignedLike(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + rest
}

// BenchmarkRaw is a bare RS256 verification, to compare the others with.
func BenchmarkRaw(b *testing.B) {
	issuer := testutil.NewIssuer(b, testutil.Options{})
	token := strings.TrimPrefix(benchRequests(issuer, "RS256", 1)[0].Header.Get("Authorization"), "Bearer ")
	dot := strings.LastIndexByte(token, '.')
	signature, _ := base64.RawURLEncoding.DecodeString(token[dot+1:])
	var set struct{ Keys []struct{ Kty, N, E string } }
	if err := json.Unmarshal(issuer.JWKS(), &set); err != nil {
		b.Fatal(err)
	}
	n, _ := base64.RawURLEncoding.DecodeString(set.Keys[0].N)
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
	signed := []byte(token[:dot])
	b.ReportAllocs()
	for b.Loop() {
		digest := sha256.Sum256(signed)
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCachedParallel sends one token on all cores. Run it with -cpu 1,2 to see
// whether they slow each other down.
func BenchmarkCachedParallel(b *testing.B) {
	issuer := testutil.NewIssuer(b, testutil.Options{})
	guard := benchGuard(b, issuer, 0)
	r := benchRequests(issuer, "RS256", 1)[0]
	guard.ServeHTTP(&discard{http.Header{}}, r)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		own, w := r.Clone(r.Context()), &discard{http.Header{}}
		for pb.Next() {
			guard.ServeHTTP(w, own)
		}
	})
}
