package testutil

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// keyTypes maps the algorithms that a server can sign with to the elliptic
// curve of their keys; nil means that they have none.
var keyTypes = map[string]elliptic.Curve{
	"RS256": nil, "RS384": nil, "RS512": nil,
	"PS256": nil, "PS384": nil, "PS512": nil,
	"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521(),
	"EdDSA": nil,
}

// A signingKey is a private key with what is published about it.
type signingKey struct {
	id      string
	alg     string
	private any    // a crypto.Signer, or the []byte of an HS key
	cert    []byte // DER, for systems that publish a certificate
	serial  int    // counts the server's own keys from 1

	changes map[string]any // to the published members, as in object.with
	exposed bool           // publish the private members too
	hidden  bool           // do not publish
}

// rsaPool holds 2048-bit keys of closed servers. Making one costs tens of
// milliseconds, more under the race detector, and a test suite starts hundreds
// of servers. A key is out of the pool while a server has it, so that a token
// of one running server can never verify with the keys of another.
var rsaPool struct {
	sync.Mutex
	free []*rsa.PrivateKey
}

func takeRSA(fresh bool) *rsa.PrivateKey {
	rsaPool.Lock()
	defer rsaPool.Unlock()
	if n := len(rsaPool.free); n > 0 && !fresh {
		k := rsaPool.free[n-1]
		rsaPool.free = rsaPool.free[:n-1]
		return k
	}
	k, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return k
}

const rsaBits = 2048

// recycle returns the RSA keys among keys to the pool.
func recycle(keys []*signingKey) {
	rsaPool.Lock()
	defer rsaPool.Unlock()
	for _, k := range keys {
		if p, ok := k.private.(*rsa.PrivateKey); ok && p.N.BitLen() == rsaBits {
			rsaPool.free = append(rsaPool.free, p)
		}
	}
}

// generate makes a private key for alg. bits is the size of an RSA key.
func generate(alg string, bits int, fresh bool) (any, error) {
	var key any
	var err error
	switch curve := keyTypes[alg]; {
	case curve != nil:
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	case alg == "EdDSA":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case alg == "HS256", alg == "HS384", alg == "HS512":
		secret := make([]byte, 64)
		_, err = rand.Read(secret)
		key = secret
	case len(alg) == 5 && (alg[:2] == "RS" || alg[:2] == "PS"):
		if bits == 0 || bits == rsaBits {
			key = takeRSA(fresh)
		} else {
			key, err = rsa.GenerateKey(rand.Reader, bits)
		}
	default:
		err = fmt.Errorf("no keys for algorithm %q", alg)
	}
	return key, err
}

// sign returns the signature of k over input by algorithm alg.
func (k *signingKey) sign(alg string, input []byte) ([]byte, error) {
	return jwt.GetSigningMethod(alg).Sign(string(input), k.private)
}

// fits reports whether k can sign by alg, also if its own algorithm is another: an
// RS256 key can make a PS512 signature.
func (k *signingKey) fits(alg string) bool {
	if len(alg) != 5 || len(k.alg) != 5 || alg == k.alg {
		return alg == k.alg
	}
	family := func(alg string) string {
		if alg[:2] == "PS" {
			return "RS"
		}
		return alg[:2]
	}
	// Each ES algorithm has a curve of its own.
	return family(alg) == family(k.alg) && family(alg) != "ES"
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// publicMembers returns the members of k's JWK that make up the public key
// (RFC 7518 section 6 and RFC 8037 section 2), kty first.
func (k *signingKey) publicMembers() object {
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		return object{
			{"kty", "RSA"},
			{"n", b64(p.N.Bytes())},
			{"e", b64(big.NewInt(int64(p.E)).Bytes())},
		}
	case *ecdsa.PrivateKey:
		point, err := p.PublicKey.Bytes() // 4, then both coordinates at full length
		if err != nil {
			panic("testutil: " + err.Error())
		}
		half := (len(point) - 1) / 2
		return object{
			{"kty", "EC"},
			{"crv", p.Curve.Params().Name},
			{"x", b64(point[1 : 1+half])},
			{"y", b64(point[1+half:])},
		}
	case ed25519.PrivateKey:
		return object{
			{"kty", "OKP"},
			{"crv", "Ed25519"},
			{"x", b64(p.Public().(ed25519.PublicKey))},
		}
	default:
		return object{{"kty", "oct"}}
	}
}

// privateMembers returns the members of k's JWK that must stay secret.
func (k *signingKey) privateMembers() object {
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		return object{
			{"d", b64(p.D.Bytes())},
			{"p", b64(p.Primes[0].Bytes())},
			{"q", b64(p.Primes[1].Bytes())},
			{"dp", b64(p.Precomputed.Dp.Bytes())},
			{"dq", b64(p.Precomputed.Dq.Bytes())},
			{"qi", b64(p.Precomputed.Qinv.Bytes())},
		}
	case *ecdsa.PrivateKey:
		d, err := p.Bytes()
		if err != nil {
			panic("testutil: " + err.Error())
		}
		return object{{"d", b64(d)}}
	case ed25519.PrivateKey:
		return object{{"d", b64(p.Seed())}}
	default:
		return object{{"k", b64(k.private.([]byte))}}
	}
}

// public returns k's public key, or nil for an HS key.
func (k *signingKey) public() crypto.PublicKey {
	if s, ok := k.private.(crypto.Signer); ok {
		return s.Public()
	}
	return nil
}

func newKeyID(alg string) string {
	b := make([]byte, 4)
	rand.Read(b)
	return alg + "-" + hex.EncodeToString(b)
}
