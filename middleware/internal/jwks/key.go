package jwks

import (
	"crypto"
	"crypto/sha256"
	"slices"

	"github.com/MicahParks/jwkset"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// MaxKeyIDLen is the length in bytes of the longest kid that a key may have.
const MaxKeyIDLen = 1024

// Key is a public key that can verify signatures.
type Key struct {
	Identity
	Public     crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	Algorithms []string         // that a token may use it with, at least one
	Private    bool             // the set published private members of it
	X5T        string           // x5t, empty if there is none: other names by which tokens may
	X5TS256    string           // x5t#S256, refer to the key
	JWK        PublicJWK
}

// Identity is what makes two keys of two sets the same key in the same role.
type Identity struct {
	ID         string            // kid, empty if there is none
	Algorithm  string            // alg, empty if there is none
	Issuer     string            // the member "issuer" of Entra ID's keys, empty if there is none
	Thumbprint [sha256.Size]byte // RFC 7638
}

// PublicJWK holds the members of a key that count, for writing it down.
type PublicJWK struct {
	KeyType   string `json:"kty"`
	KeyID     string `json:"kid,omitempty"`
	Use       string `json:"use,omitempty"`
	Algorithm string `json:"alg,omitempty"`
	Issuer    string `json:"issuer,omitempty"`
	X5T       string `json:"x5t,omitempty"`
	X5TS256   string `json:"x5t#S256,omitempty"`
	Curve     string `json:"crv,omitempty"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	N         string `json:"n,omitempty"`
	E         string `json:"e,omitempty"`
}

// jwkNames are the members of a JWK that this or another reader knows (RFC 7517,
// section 4; RFC 7518, section 6), in their only spelling.
var jwkNames = strictjson.NewNames("kty", "use", "key_ops", "alg", "kid", "x5u", "x5c", "x5t", "x5t#S256",
	"crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth", "k", "issuer")

// parseKey reads one JWK. The error is a Note; the Key then has its ID if that
// could be read.
func parseKey(raw []byte) (Key, error) {
	var k Key
	members, err := strictjson.Parse(raw, nil)
	if err != nil {
		return k, NoteMalformed
	}
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
	k.ID = text["kid"]
	if len(k.ID) > MaxKeyIDLen || members.Variant(jwkNames) {
		return k, NoteMalformed
	}
	if text["kty"] == "oct" {
		return k, NoteSymmetric
	}
	if err := checkUse(members, text); err != nil {
		return k, err
	}
	m, err := readMaterial(text)
	if err != nil {
		return k, err
	}
	if alg, ok := text["alg"]; ok {
		if !slices.Contains(m.algorithms, alg) {
			return k, NoteAlgorithm
		}
		m.members.ALG = jwkset.ALG(canonicalAlgorithm(alg))
	}
	m.members.KID, m.members.USE = k.ID, jwkset.USE(text["use"])
	if k.Public, k.Algorithms, err = load(m.members, m.algorithms); err != nil {
		return k, err
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, ok := members.Get(name); ok {
			k.Private = true
		}
	}
	k.X5T, k.X5TS256 = thumbprint(members, "x5t"), thumbprint(members, "x5t#S256")
	k.JWK = PublicJWK{
		KeyType: string(m.members.KTY), KeyID: k.ID, Use: text["use"], Algorithm: string(m.members.ALG),
		Issuer: text["issuer"], X5T: k.X5T, X5TS256: k.X5TS256, Curve: string(m.members.CRV),
		X: m.members.X, Y: m.members.Y, N: m.members.N, E: m.members.E,
	}
	k.Algorithm, k.Issuer = string(m.members.ALG), text["issuer"]
	k.Thumbprint = sha256.Sum256([]byte(m.canonical))
	return k, nil
}

// thumbprint returns the member that names the key by the thumbprint of its certificate
// (RFC 7517, sections 4.8 and 4.9). It is a name and nothing else: one that is no text,
// or too long, is none.
func thumbprint(members strictjson.Object, name string) string {
	raw, _ := members.Get(name)
	s, ok := strictjson.String(raw)
	if !ok || len(s) > MaxKeyIDLen {
		return ""
	}
	return s
}

// checkUse rejects keys that are not meant to verify signatures (RFC 7517,
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
