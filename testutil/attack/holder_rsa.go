package attack

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"math/big"
	"slices"
)

// An oddRSA is a key pair that package crypto/rsa does not make or use: too short or too
// long, or with an odd exponent.
type oddRSA struct {
	primes []*big.Int
	n, e   *big.Int
}

// newPrimes returns different primes of 512 bits that fit the exponent e.
func newPrimes(count int, e *big.Int) []*big.Int {
	var primes []*big.Int
	for len(primes) < count {
		p, err := rand.Prime(rand.Reader, 512)
		if err != nil {
			panic("attack: " + err.Error())
		}
		if new(big.Int).GCD(nil, nil, e, less1(p)).Cmp(big.NewInt(1)) == 0 {
			primes = append(primes, p)
		}
	}
	return primes
}

func less1(p *big.Int) *big.Int { return new(big.Int).Sub(p, big.NewInt(1)) }

// newOddRSA returns the key with these primes, which fit the exponent e.
func newOddRSA(primes []*big.Int, e *big.Int) *oddRSA {
	n := big.NewInt(1)
	for _, p := range primes {
		n.Mul(n, p)
	}
	return &oddRSA{primes, n, e}
}

// holder returns a client with the key, which cannot sign by itself.
func (k *oddRSA) holder() *holder {
	e, n := base64url(k.e.Bytes()), base64url(k.n.Bytes())
	text := `{"e":"` + e + `","kty":"RSA","n":"` + n + `"}`
	return &holder{key: &key{alg: "RS256"}, jwk: json.RawMessage(text), jkt: hashOf(text)}
}

// sign returns the signature over input by RS256 (RFC 8017 section 8.2.1). It computes
// modulo each prime, which is fast for keys of any length.
func (k *oddRSA) sign(input string) []byte {
	size := (k.n.BitLen() + 7) / 8
	message := new(big.Int).SetBytes(fullPadding(size, digest(input)))
	sum := new(big.Int)
	for _, p := range k.primes {
		exponent := new(big.Int).ModInverse(k.e, less1(p))
		part := new(big.Int).Exp(message, exponent, p)
		rest := new(big.Int).Div(k.n, p)
		part.Mul(part, new(big.Int).ModInverse(rest, p))
		sum.Add(sum, part.Mul(part, rest))
	}
	return sum.Mod(sum, k.n).FillBytes(make([]byte, size))
}

// sha256Info is the DigestInfo of SHA-256 before the hash (RFC 8017 section 9.2).
var sha256Info = []byte{
	0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
	0x00, 0x04, 0x20,
}

// fullPadding returns a PKCS #1 block as RFC 8017 section 9.2 has it.
func fullPadding(size int, hash []byte) []byte {
	tail := slices.Concat([]byte{0}, sha256Info, hash)
	return slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{255}, size-2-len(tail)), tail)
}
