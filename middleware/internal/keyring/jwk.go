package keyring

import (
	"crypto"
	"crypto/sha256"
	"slices"

	"github.com/MicahParks/jwkset"

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
	NoteMalformed Note = "malformed"         // members twice or in another spelling, wrong types, bad encoding
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

// jwkNames are the members of a JWK that are read here or by others (RFC 7517,
// section 4; RFC 7518, section 6), in their only spelling.
var jwkNames = strictjson.NewNames("kty", "use", "key_ops", "alg", "kid", "x5u", "x5c", "x5t", "x5t#S256",
	"crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth", "k", "issuer")

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
	if len(text["kid"]) > maxKIDLen || members.Variant(jwkNames) {
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
