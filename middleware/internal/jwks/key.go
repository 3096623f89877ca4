package jwks

import (
	"cmp"
	"crypto"
	"crypto/sha256"
	"slices"

	"github.com/MicahParks/jwkset"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Key is a public key that can verify signatures.
type Key struct {
	Identity
	Public     crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	Algorithms []string         // that a token may use it with, at least one
	Private    bool             // the set published private members of it
	JWK        PublicJWK

	// Hashes of a certificate with this key, as CertificateHash returns them, empty
	// if there are none (RFC 7517, sections 4.8 and 4.9). A token may name its key by
	// them. They are no part of the Identity: an issuer may renew the certificate of
	// a key.
	X5T     string // SHA-1
	X5TS256 string // SHA-256
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
	Curve     string `json:"crv,omitempty"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	N         string `json:"n,omitempty"`
	E         string `json:"e,omitempty"`
	X5T       string `json:"x5t,omitempty"`
	X5TS256   string `json:"x5t#S256,omitempty"`
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
	if err := readText(text, members, "kty", "use", "alg", "kid", "issuer"); err != nil {
		return k, err
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
	if err := readText(text, members, materialNames[text["kty"]]...); err != nil {
		return k, err
	}
	certificate := firstCertificate(members)
	if err := fromCertificate(text, certificate); err != nil {
		return k, err
	}
	if err := k.make(text); err != nil {
		return k, err
	}
	k.Private = isPrivate(members)
	k.setHashes(hashMember(members, "x5t"), hashMember(members, "x5t#S256"), certificate)
	return k, nil
}

// make fills in a Key that has its ID from the members of a JWK that were read as text. The error
// is a Note.
func (k *Key) make(text map[string]string) error {
	m, err := readMaterial(text)
	if err != nil {
		return err
	}
	if alg, ok := text["alg"]; ok {
		if !slices.Contains(m.algorithms, alg) {
			return NoteAlgorithm
		}
		m.members.ALG = jwkset.ALG(canonicalAlgorithm(alg))
	}
	use := ""
	if _, ok := text["use"]; ok {
		use = "sig" // which is what checkUse lets pass, in one word or the other
	}
	m.members.KID, m.members.USE = k.ID, jwkset.USE(use)
	if k.Public, k.Algorithms, err = load(m.members, m.algorithms); err != nil {
		return err
	}
	k.JWK = PublicJWK{
		KeyType: string(m.members.KTY), KeyID: k.ID, Use: use, Algorithm: string(m.members.ALG),
		Issuer: text["issuer"], Curve: string(m.members.CRV),
		X: m.members.X, Y: m.members.Y, N: m.members.N, E: m.members.E,
	}
	k.Algorithm, k.Issuer = string(m.members.ALG), text["issuer"]
	k.Thumbprint = sha256.Sum256([]byte(m.canonical))
	return nil
}

// setHashes sets the hashes of the key's certificate. Those that the JWK does not
// have are computed if it has the certificate, because a token may name its key by
// them all the same.
func (k *Key) setHashes(x5t, x5tS256 string, certificate []byte) {
	k.X5T, k.X5TS256 = x5t, x5tS256
	if certificate != nil {
		one, other := hashes(certificate)
		k.X5T, k.X5TS256 = cmp.Or(x5t, one), cmp.Or(x5tS256, other)
	}
	k.JWK.X5T, k.JWK.X5TS256 = k.X5T, k.X5TS256
}
