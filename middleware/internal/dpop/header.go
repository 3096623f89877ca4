package dpop

import (
	"crypto"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// A header is what the header of a proof says. It does not change.
type header struct {
	algorithm  *jws.Algorithm
	public     crypto.PublicKey
	key        [32]byte // RFC 7638
	thumbprint string   // the same in base64url, as in cnf.jkt
	bytes      int      // what it takes on the heap, about
}

// headerNames are the parameters that decide something, in their only spelling.
var headerNames = strictjson.NewNames("typ", "alg", "jwk", "crit", "b64", "enc", "zip")

// readHeader decodes and reads a header segment (RFC 9449, section 4.3, items 3 to 5 and
// 7). Other parameters are ignored (section 4.2). The result keeps nothing of segment.
func readHeader(segment string, allowed map[string]*jws.Algorithm) (*header, Fault) {
	data, err := strictjson.DecodeBase64URL(nil, segment)
	if err != nil {
		return nil, FaultForm
	}
	object, err := strictjson.Parse(data, nil)
	if err != nil || object.VariantOf(headerNames) != "" {
		return nil, FaultForm
	}
	// No extension that crit could name is implemented (RFC 7515, section 4.1.11). b64 is
	// not for JWTs (RFC 7797, section 7). enc and zip belong to encrypted tokens.
	for _, name := range [...]string{"crit", "b64", "enc", "zip"} {
		if _, ok := object.Get(name); ok {
			return nil, FaultCritical
		}
	}
	if raw, _ := object.Get("typ"); !isProofType(raw) {
		return nil, FaultType
	}
	raw, _ := object.Get("alg")
	name, _ := strictjson.String(raw)
	algorithm := allowed[name]
	if algorithm == nil {
		return nil, FaultAlgorithm
	}
	raw, _ = object.Get("jwk")
	key, err := jwks.ParseProofKey(raw)
	switch {
	case errors.Is(err, jwks.NotePrivate):
		return nil, FaultPrivateKey
	case err != nil, !slices.Contains(key.Algorithms, name):
		return nil, FaultKey
	}
	return &header{
		algorithm:  algorithm,
		public:     key.Public,
		key:        key.Thumbprint,
		thumbprint: base64.RawURLEncoding.EncodeToString(key.Thumbprint[:]),
		bytes:      512 + len(raw), // a number takes less than its base64url
	}, ""
}

// isProofType reports whether raw is the media type of proofs (RFC 9449, section 4.2),
// which may be written with "application/" and in any case (RFC 7515, section 4.1.9).
func isProofType(raw []byte) bool {
	typ, ok := strictjson.String(raw)
	return ok && (strings.EqualFold(typ, "dpop+jwt") || strings.EqualFold(typ, "application/dpop+jwt"))
}
