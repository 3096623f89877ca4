package keyring

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// material reads the public members into the form that jwkset takes, with
// every number in its one minimal spelling. It returns the algorithms that fit
// the key and the input of its RFC 7638 thumbprint as well.
func material(text map[string]string) (m jwkset.JWKMarshal, fits []string, canonical string, err error) {
	m.KTY = jwkset.KTY(text["kty"])
	switch m.KTY {
	case jwkset.KtyRSA:
		n, e, err := rsaNumbers(text)
		if err != nil {
			return m, nil, "", err
		}
		m.N, m.E = encode(n), encode(e)
		return m, []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"},
			`{"e":"` + m.E + `","kty":"RSA","n":"` + m.N + `"}`, nil
	case jwkset.KtyEC:
		size, alg := 0, ""
		switch text["crv"] {
		case "P-256":
			size, alg = 32, "ES256"
		case "P-384":
			size, alg = 48, "ES384"
		case "P-521":
			size, alg = 66, "ES512"
		default:
			return m, nil, "", NoteKeyType
		}
		if !hasLength(text["x"], size) || !hasLength(text["y"], size) {
			return m, nil, "", NoteInvalid
		}
		m.CRV, m.X, m.Y = jwkset.CRV(text["crv"]), text["x"], text["y"]
		return m, []string{alg},
			`{"crv":"` + text["crv"] + `","kty":"EC","x":"` + m.X + `","y":"` + m.Y + `"}`, nil
	case jwkset.KtyOKP:
		if text["crv"] != "Ed25519" {
			return m, nil, "", NoteKeyType
		}
		if !hasLength(text["x"], ed25519.PublicKeySize) {
			return m, nil, "", NoteInvalid
		}
		m.CRV, m.X = jwkset.CrvEd25519, text["x"]
		return m, []string{"EdDSA", "Ed25519"}, `{"crv":"Ed25519","kty":"OKP","x":"` + m.X + `"}`, nil
	}
	return m, nil, "", NoteKeyType
}

// rsaNumbers returns modulus and exponent without leading zeros.
func rsaNumbers(text map[string]string) (n, e []byte, err error) {
	n, err = strictjson.DecodeBase64URL(nil, text["n"])
	if err != nil {
		return nil, nil, NoteMalformed
	}
	e, err = strictjson.DecodeBase64URL(nil, text["e"])
	if err != nil {
		return nil, nil, NoteMalformed
	}
	n, e = trimZeros(n), trimZeros(e)
	if len(n) == 0 || len(e) == 0 {
		return nil, nil, NoteInvalid
	}
	if len(n) > maxRSABits/8 {
		return nil, nil, NoteHuge
	}
	if bitLen(n) < minRSABits || n[len(n)-1]&1 == 0 {
		return nil, nil, NoteWeak
	}
	// crypto/rsa takes exponents of at most 31 bits.
	if len(e) > 4 || len(e) == 4 && e[0] > 0x7f {
		return nil, nil, NoteHuge
	}
	if e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3 {
		return nil, nil, NoteWeak
	}
	return n, e, nil
}

// resolve has jwkset load the key and keyfunc decide which algorithms it may be
// given out for. It is done once for a key and not for each token, hence the
// set of one key and the tokens made up here.
func resolve(m jwkset.JWKMarshal, fits []string) (crypto.PublicKey, []string, error) {
	jwk, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{Private: false}, jwkset.JWKValidateOptions{})
	if err != nil {
		return nil, nil, NoteInvalid
	}
	ctx := context.Background()
	set := jwkset.NewMemoryStorage()
	if err := set.KeyWrite(ctx, jwk); err != nil {
		return nil, nil, NoteInvalid
	}
	keys, err := keyfunc.New(keyfunc.Options{Ctx: ctx, Storage: set})
	if err != nil {
		return nil, nil, NoteInvalid
	}
	var public crypto.PublicKey
	var algorithms []string
	for _, alg := range fits {
		header := map[string]any{"kid": m.KID, "alg": canonicalAlgorithm(alg)}
		key, err := keys.KeyfuncCtx(ctx)(&jwt.Token{Header: header})
		if err != nil {
			continue
		}
		switch key := key.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
			public, algorithms = key, append(algorithms, alg)
		}
	}
	if public == nil {
		return nil, nil, NoteInvalid
	}
	return public, algorithms, nil
}

// canonicalAlgorithm maps RFC 9864's name of EdDSA with Ed25519 to RFC 8037's.
func canonicalAlgorithm(alg string) string {
	if alg == "Ed25519" {
		return "EdDSA"
	}
	return alg
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func hasLength(s string, size int) bool {
	b, err := strictjson.DecodeBase64URL(nil, s)
	return err == nil && len(b) == size
}

func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

func bitLen(b []byte) int {
	n := len(b) * 8
	for mask := byte(0x80); mask != 0 && b[0]&mask == 0; mask >>= 1 {
		n--
	}
	return n
}
