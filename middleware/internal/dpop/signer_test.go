package dpop_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // for crypto.Hash
	"encoding/base64"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// A signer is a client's key. Some of them are too weak or too large for a proof.
type signer struct {
	members map[string]string // of the public JWK
	sign    func(input []byte) []byte
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func segment(text string) string { return encode([]byte(text)) }

// signers holds one signer for each algorithm, by its name, and others.
var signers = sync.OnceValue(func() map[string]signer {
	ed := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // the same in each process of a fuzz target
	rs := must(rsa.GenerateKey(rand.Reader, 2048))
	return map[string]signer{
		"ES256": newECDSA(elliptic.P256(), crypto.SHA256),
		"ES384": newECDSA(elliptic.P384(), crypto.SHA384),
		"ES512": newECDSA(elliptic.P521(), crypto.SHA512),
		"Other": newECDSA(elliptic.P256(), crypto.SHA256), // the key of another client
		"EdDSA": {
			members: map[string]string{"kty": "OKP", "crv": "Ed25519", "x": encode(ed.Public().(ed25519.PublicKey))},
			sign:    func(input []byte) []byte { return ed25519.Sign(ed, input) },
		},
		"RS256": {rsaMembers(rs.N), func(input []byte) []byte {
			return must(rsa.SignPKCS1v15(nil, rs, crypto.SHA256, digest(crypto.SHA256, input)))
		}},
		"PS256": {rsaMembers(rs.N), func(input []byte) []byte {
			options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			return must(rsa.SignPSS(rand.Reader, rs, crypto.SHA256, digest(crypto.SHA256, input), options))
		}},
		"Weak": newMersenne(1279, 607),  // 1886 bits
		"Huge": newMersenne(2281, 2203), // 4484 bits
	}
})

func newECDSA(curve elliptic.Curve, hash crypto.Hash) signer {
	key := must(ecdsa.GenerateKey(curve, rand.Reader))
	point := must(key.PublicKey.Bytes())
	half := 1 + len(point)/2
	return signer{
		members: map[string]string{
			"kty": "EC", "crv": curve.Params().Name, "x": encode(point[1:half]), "y": encode(point[half:]),
		},
		sign: func(input []byte) []byte {
			r, s, err := ecdsa.Sign(rand.Reader, key, digest(hash, input))
			if err != nil {
				panic(err)
			}
			size := len(point) / 2
			signature := make([]byte, 2*size)
			r.FillBytes(signature[:size])
			s.FillBytes(signature[size:])
			return signature
		},
	}
}

// newMersenne returns an RSA key whose primes are 2^p-1 and 2^q-1. crypto/rsa neither makes
// such keys nor signs with them.
func newMersenne(p, q uint) signer {
	one := big.NewInt(1)
	prime := func(exponent uint) *big.Int { return new(big.Int).Sub(new(big.Int).Lsh(one, exponent), one) }
	n := new(big.Int).Mul(prime(p), prime(q))
	phi := new(big.Int).Mul(new(big.Int).Sub(prime(p), one), new(big.Int).Sub(prime(q), one))
	d := new(big.Int).ModInverse(big.NewInt(65537), phi)
	return signer{rsaMembers(n), func(input []byte) []byte {
		const sha256Info = "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
		padded := make([]byte, (n.BitLen()+7)/8) // RFC 8017, section 9.2
		for i := range padded {
			padded[i] = 0xff
		}
		tail := append([]byte("\x00"+sha256Info), digest(crypto.SHA256, input)...)
		copy(padded[len(padded)-len(tail):], tail)
		padded[0], padded[1] = 0, 1
		return new(big.Int).Exp(new(big.Int).SetBytes(padded), d, n).FillBytes(padded)
	}}
}

func rsaMembers(n *big.Int) map[string]string {
	return map[string]string{"kty": "RSA", "n": encode(n.Bytes()), "e": "AQAB"}
}

func digest(hash crypto.Hash, input []byte) []byte {
	h := hash.New()
	h.Write(input)
	return h.Sum(nil)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// in returns the members of the JWK as text without braces.
func (s signer) in() string {
	text := ""
	for _, name := range []string{"kty", "crv", "x", "y", "n", "e"} {
		if value, ok := s.members[name]; ok {
			text += `,"` + name + `":"` + value + `"`
		}
	}
	return text[1:]
}

func (s signer) jwk() string { return "{" + s.in() + "}" }

// thumbprint is written down member by member, as RFC 7638, section 3, shows it.
func (s signer) thumbprint() string {
	m := s.members
	text := `{"e":"` + m["e"] + `","kty":"RSA","n":"` + m["n"] + `"}`
	switch m["kty"] {
	case "EC":
		text = `{"crv":"` + m["crv"] + `","kty":"EC","x":"` + m["x"] + `","y":"` + m["y"] + `"}`
	case "OKP":
		text = `{"crv":"` + m["crv"] + `","kty":"OKP","x":"` + m["x"] + `"}`
	}
	hash := sha256.Sum256([]byte(text))
	return encode(hash[:])
}

// proof signs a header and claims.
func (s signer) proof(header, claims string) string {
	input := segment(header) + "." + segment(claims)
	return input + "." + encode(s.sign([]byte(input)))
}

// What the tests have in common.
const (
	base       = "https://api.example.com"
	goodHeader = `{"typ":"dpop+jwt","alg":"ES256","jwk":${ES256}}`
	goodClaims = `{"jti":"-BwC3ESc6acc2lTc","htm":"GET","htu":"https://api.example.com/items/1","iat":${NOW},"ath":"${ATH}"}`
	goodTarget = "/items/1?fields=name"

	accessToken = "an.access.token"
)

var (
	now        = time.Unix(1_800_000_030, 0)
	accessHash = hashOf(accessToken)
	noneHash   = hashOf("")
	allNames   = []string{"ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256"}
)

// hashOf returns the ath of proofs for a token.
func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return encode(hash[:])
}

// config is what most tests use.
func config() dpop.Config {
	return dpop.Config{
		BaseURLs: []string{base}, Algorithms: allNames, MaxAge: time.Minute, Leeway: 10 * time.Second,
	}
}

func secret(b byte) []byte {
	secret := make([]byte, 32)
	secret[0] = b
	return secret
}

// use returns the use of a proof by the holder of a key for the usual request.
func use(holder string) dpop.Use {
	return dpop.Use{
		Method: "GET", Target: goodTarget, Token: accessToken,
		Thumbprint: signers()[holder].thumbprint(), Now: now,
	}
}

// checkFault fails t unless f is want.
func checkFault(t testing.TB, f, want dpop.Fault) {
	t.Helper()
	if f != want {
		t.Errorf("the fault is %q, want %q", f, want)
	}
}
