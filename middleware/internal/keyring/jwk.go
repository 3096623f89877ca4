package keyring

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Bounds of a single key.
const (
	minRSABits = 2048 // RFC 7518, section 3.3
	maxRSABits = 8192 // more only costs time
	maxKIDLen  = 1024
)

// Note says in one word why a key of a set was left out, or what is odd about
// it.
type Note string

// The notes. A key with NotePrivate is in use, with its public part; all others
// are left out.
const (
	NotePrivate   Note = "private_members"   // RFC 7517, section 9.2: ignored
	NoteSymmetric Note = "symmetric"         // kty oct
	NoteMalformed Note = "malformed"         // duplicate members, wrong types, bad encoding
	NoteKeyType   Note = "unknown_key_type"  // kty or crv
	NoteUse       Note = "not_for_signature" // use, key_ops, or both in disagreement
	NoteAlgorithm Note = "wrong_algorithm"   // alg does not belong to the key, or to signatures
	NoteWeak      Note = "weak"              // RSA of less than 2048 bits, or a bad exponent
	NoteHuge      Note = "too_large"         // RSA of more than 8192 bits
	NoteInvalid   Note = "invalid_key"       // no point of the curve, wrong length
)

// Error makes a Note an error inside this package.
func (n Note) Error() string { return string(n) }

// parsed is a usable key of a document.
type parsed struct {
	id         identity
	public     crypto.PublicKey
	algorithms []string // that keyfunc gives the key out for
	private    bool     // the document published the private part
	jwk        publicJWK
}

// publicJWK is what of a JWK counts, in the form of an export.
type publicJWK struct {
	KeyType   string `json:"kty"`
	KeyID     string `json:"kid,omitempty"`
	Use       string `json:"use,omitempty"`
	Algorithm string `json:"alg,omitempty"`
	Issuer    string `json:"issuer,omitempty"`
	Curve     string `json:"crv,omitempty"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	N         string `json:"n,omitempty"`
	E         string `json:"e,omitempty"`
}

// identity is what makes two keys the same key in the same role.
type identity struct {
	kid, alg, issuer string
	thumbprint       [sha256.Size]byte // RFC 7638
}

// parseKey reads one JWK. The error is a Note.
func parseKey(raw []byte) (parsed, error) {
	members, err := strictjson.Parse(raw, nil)
	if err != nil {
		return parsed{}, NoteMalformed
	}
	var k parsed
	text := map[string]string{}
	for _, name := range []string{"kty", "use", "alg", "kid", "crv", "x", "y", "n", "e", "issuer"} {
		raw, ok := members.Get(name)
		if !ok {
			continue
		}
		s, ok := strictjson.String(raw)
		if !ok {
			return k, NoteMalformed
		}
		text[name] = s
	}
	k.id.kid = text["kid"]
	if len(text["kid"]) > maxKIDLen {
		return k, NoteMalformed
	}
	if text["kty"] == "oct" {
		return k, NoteSymmetric
	}
	if err := checkUse(members, text); err != nil {
		return k, err
	}
	marshal, fits, canonical, err := material(text)
	if err != nil {
		return k, err
	}
	if alg, ok := text["alg"]; ok {
		if !slices.Contains(fits, alg) {
			return k, NoteAlgorithm
		}
		marshal.ALG = jwkset.ALG(canonicalAlgorithm(alg))
	}
	marshal.KID, marshal.USE = text["kid"], jwkset.USE(text["use"])
	if k.public, k.algorithms, err = resolve(marshal, fits); err != nil {
		return k, err
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, ok := members.Get(name); ok {
			k.private = true
		}
	}
	k.jwk = publicJWK{
		KeyType: string(marshal.KTY), KeyID: marshal.KID, Use: string(marshal.USE), Algorithm: string(marshal.ALG), Issuer: text["issuer"],
		Curve: string(marshal.CRV), X: marshal.X, Y: marshal.Y, N: marshal.N, E: marshal.E,
	}
	k.id = identity{text["kid"], string(marshal.ALG), text["issuer"], sha256.Sum256([]byte(canonical))}
	return k, nil
}

// checkUse refuses keys that are not meant to verify signatures (RFC 7517,
// sections 4.2 and 4.3).
func checkUse(members strictjson.Object, text map[string]string) error {
	use, hasUse := text["use"]
	if hasUse && use != "sig" {
		return NoteUse
	}
	raw, ok := members.Get("key_ops")
	if !ok {
		return nil
	}
	ops, ok := strictjson.Strings(raw)
	if !ok {
		return NoteMalformed
	}
	if !slices.Contains(ops, "verify") {
		return NoteUse
	}
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op] || hasUse && op != "verify" && op != "sign" {
			return NoteUse
		}
		seen[op] = true
	}
	return nil
}

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

// printable returns a key id fit for logs and pages: at most 64 bytes of
// visible ASCII.
func printable(kid string) string {
	const limit = 64
	var b strings.Builder
	for _, r := range kid {
		if b.Len() >= limit {
			b.WriteString("...")
			break
		}
		if r > ' ' && r < 0x7f {
			b.WriteRune(r)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}
