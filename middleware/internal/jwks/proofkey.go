package jwks

import "github.com/bearerguard/bearerguard/internal/strictjson"

// maxProofModulus is the length in base64url of the longest RSA modulus that a proof may
// bring, 4096 bits. The limit is lower than that for key sets because any client chooses
// such a key, and each verification with it costs the API.
const maxProofModulus = (4096/8*8 + 5) / 6

// ParseProofKey reads the public key in the header of a DPoP proof (jwk of RFC 9449,
// section 4.2). It is stricter than Parse, because a client made the key for this one
// purpose, and because all parties must compute the same thumbprint: a member that counts
// has exactly the form of RFC 7518, section 6, and none is null.
//
// Keys are RSA of 2048 to 4096 bits, EC on P-256, P-384 or P-521, and Ed25519. The
// Algorithms of the Key are those that it may verify proofs of; alg in the key restricts
// them. Other members, such as kid and x5c, are ignored.
//
// The error is a Note. It is NotePrivate if there is a private member of any value (RFC
// 9449, section 4.3, item 7).
func ParseProofKey(raw []byte) (Key, error) {
	members, err := strictjson.Parse(raw, nil)
	if err != nil || members.Variant(jwkNames) {
		return Key{}, NoteMalformed
	}
	for _, name := range privateNames {
		if _, ok := members.Get(name); ok {
			return Key{}, NotePrivate
		}
	}
	text := map[string]string{}
	if err := readExact(text, members, "kty", "use", "alg"); err != nil {
		return Key{}, err
	}
	if text["kty"] == "oct" {
		return Key{}, NoteSymmetric
	}
	if err := readExact(text, members, materialNames[text["kty"]]...); err != nil {
		return Key{}, err
	}
	if err := checkProofUse(members, text); err != nil {
		return Key{}, err
	}
	if len(text["n"]) > maxProofModulus {
		return Key{}, NoteHuge
	}
	var k Key
	if err := k.make(text); err != nil {
		return Key{}, err
	}
	// make accepts numbers in other lengths and with padding, and writes them as RFC
	// 7518 demands.
	if k.JWK.N != text["n"] || k.JWK.E != text["e"] || k.JWK.X != text["x"] || k.JWK.Y != text["y"] {
		return Key{}, NoteMalformed
	}
	return k, nil
}

// readExact adds the members with these names to text. Those that are there must be
// strings, so null is rejected.
func readExact(text map[string]string, members strictjson.Object, names ...string) error {
	for _, name := range names {
		raw, ok := members.Get(name)
		if !ok {
			continue
		}
		if text[name], ok = strictjson.String(raw); !ok {
			return NoteMalformed
		}
	}
	return nil
}

// checkProofUse rejects keys that are not meant to verify signatures. In contrast to
// checkUse, it rejects a null or empty key_ops.
func checkProofUse(members strictjson.Object, text map[string]string) error {
	if use, ok := text["use"]; ok && use != "sig" {
		return NoteUse
	}
	if raw, ok := members.Get("key_ops"); ok && (isNull(raw) || isEmptyArray(raw)) {
		return NoteUse
	}
	return checkUse(members, text)
}
