package dpop_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// BenchmarkCheck compares a proof whose header is in the cache with the bare check of its
// signature, with a proof that is rejected before its signature, and with a proof whose
// header is new.
func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"ES256", "EdDSA"} {
		proof, u, v := goodProof(b, name), use(name), dpop.New(config())
		last := strings.LastIndexByte(proof, '.')
		signature, err := strictjson.DecodeBase64URL(nil, proof[last+1:])
		if err != nil {
			b.Fatal(err)
		}
		key, err := jwks.ParseProofKey([]byte(signers()[name].jwk()))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/signature alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !jws.ByName(name).Verify(proof[:last], signature, key.Public) {
					b.Fatal("a good signature does not verify")
				}
			}
		})
		check := func(text string, v *dpop.Verifier, u dpop.Use, want dpop.Fault) func(*testing.B) {
			return func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, f := v.Check(text, u); f != want {
						b.Fatalf("the fault is %q, want %q", f, want)
					}
				}
			}
		}
		b.Run(name+"/proof", check(proof, v, u, ""))
		other := u
		other.Thumbprint = signers()["RS256"].thumbprint()
		b.Run(name+"/all but the signature", check(proof, v, other, dpop.FaultHolder))
		b.Run(name+"/new header", check(proof, dpop.New(config()), other, dpop.FaultHolder))
	}
}

// BenchmarkURI compares an htu that is the target URI byte for byte with one that has to be
// normalized.
func BenchmarkURI(b *testing.B) {
	v := dpop.New(config())
	for name, htu := range map[string]string{"normal": base + "/items/1",
		"other": "HTTPS://API.example.com:443/items/%31"} {
		b.Run(name, func(b *testing.B) {
			text := []byte(htu)
			b.ReportAllocs()
			for b.Loop() {
				if !v.Matches(text, goodTarget) {
					b.Fatal("no match")
				}
			}
		})
	}
}
