package jwks

import (
	"bytes"
	"slices"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// MaxKeyIDLen is the length in bytes of the longest kid that a key may have.
const MaxKeyIDLen = 1024

// Serializers write members that a key does not have: those of other key types, and
// optional ones. What counts as absent is decided here, for all of them:
//
//   - null, for any member;
//   - an empty array, for key_ops, oth and x5c;
//   - an empty string, for any member that cannot be empty, because it then says
//     nothing: kid, issuer, the hashes of a certificate and the private members.
//
// An empty use or alg is not absent: these decide what the key may do.

// privateNames are the members that make a JWK a private or a symmetric key (RFC
// 7518, sections 6.2.2, 6.3.2 and 6.4; RFC 8037, section 2).
var privateNames = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// materialNames are the public members of each key type. Those of other types decide
// nothing, so they may have any value.
var materialNames = map[string][]string{
	"RSA": {"n", "e"},
	"EC":  {"crv", "x", "y"},
	"OKP": {"crv", "x"},
}

// readText adds the members with these names to text, which must be strings.
func readText(text map[string]string, members strictjson.Object, names ...string) error {
	for _, name := range names {
		raw, ok := members.Get(name)
		if !ok || isNull(raw) {
			continue
		}
		if text[name], ok = strictjson.String(raw); !ok {
			return NoteMalformed
		}
	}
	return nil
}

// isPrivate reports whether a private member is there, of any type.
func isPrivate(members strictjson.Object) bool {
	return slices.ContainsFunc(privateNames, func(name string) bool {
		raw, ok := members.Get(name)
		return ok && !isNull(raw) && !isEmpty(raw)
	})
}

// checkUse rejects keys that are not meant to verify signatures (RFC 7517,
// sections 4.2 and 4.3). jwt-svid is the use of keys for signatures in a SPIFFE
// bundle (SPIFFE Trust Domain and Bundle, section 4.2.2).
func checkUse(members strictjson.Object, text map[string]string) error {
	use, hasUse := text["use"]
	if hasUse && use != "sig" && use != "jwt-svid" {
		return NoteUse
	}
	raw, ok := members.Get("key_ops")
	if !ok || isNull(raw) || isEmptyArray(raw) {
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

func isNull(raw []byte) bool { return string(raw) == "null" }

// isEmpty reports whether raw is an empty string or an empty array.
func isEmpty(raw []byte) bool { return string(raw) == `""` || isEmptyArray(raw) }

func isEmptyArray(raw []byte) bool {
	return raw[0] == '[' && len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0
}
