package jws

import (
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Header is what a JOSE header says that decides something.
type Header struct {
	// Algorithm is alg. It is never empty and may be a name that no Algorithm
	// has.
	Algorithm string
	// KeyID is kid, "" if there is none.
	KeyID string
	// X5T and X5TS256 are x5t and x5t#S256, "" if there is none. They only say which
	// of the issuer's keys to try, so one that is no text counts as none.
	X5T, X5TS256 string
	// Type is typ as a media type: in lower case, without "application/" (RFC
	// 7515, section 4.1.9). It is "" if there is none.
	Type string
	// Nonce is whether there is a nonce, as in the tokens for Microsoft Graph.
	Nonce bool
}

// headerNames are the parameters that decide something, in their only spelling.
var headerNames = strictjson.NewNames(
	"alg", "kid", "typ", "crit", "cty", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c",
	"x5t", "x5t#S256",
)

// A headerReader is memory for reading headers. What is longer is allocated.
type headerReader struct {
	text    [1024]byte
	members [16]strictjson.Member
	keyID   string // of the last header that had one
	x5t     string // the same
	x5tS256 string // the same
}

// read decodes and reads a header segment.
func (r *headerReader) read(segment string) (h Header, ok bool) {
	data, err := strictjson.DecodeBase64URL(r.text[:0], segment)
	if err != nil {
		return h, false
	}
	object, err := strictjson.Parse(data, r.members[:0])
	if err != nil || object.Variant(headerNames) {
		return h, false
	}
	for i := range object {
		raw := object[i].Value
		switch object[i].Name {
		case "alg":
			h.Algorithm, ok = algorithmName(raw)
		case "kid":
			h.KeyID, ok = r.readKeyID(raw)
		case "x5t":
			h.X5T, ok = r.readThumbprint(raw, &r.x5t), true
		case "x5t#S256":
			h.X5TS256, ok = r.readThumbprint(raw, &r.x5tS256), true
		case "typ":
			h.Type, ok = mediaType(raw)
		case "cty":
			// The inner token of a nested one would have to be verified as well.
			cty, isText := mediaType(raw)
			ok = isText && cty != "jwt"
		case "crit", "b64", "enc", "zip":
			// No extension that crit could name is implemented (RFC 7515, section
			// 4.1.11). b64 is not for JWTs (RFC 7797, section 7). enc and zip
			// belong to encrypted tokens.
			ok = false
		case "nonce":
			h.Nonce, ok = true, true
		default:
			ok = true
		}
		if !ok {
			return h, false
		}
	}
	return h, h.Algorithm != ""
}

// readKeyID returns the kid raw, which must not be empty. It is copied only if it
// differs from the one before.
func (r *headerReader) readKeyID(raw []byte) (string, bool) {
	if !strictjson.EqualString(raw, r.keyID) {
		r.keyID, _ = strictjson.String(raw)
	}
	return r.keyID, r.keyID != ""
}

// readThumbprint returns the text raw, "" if it is none. It is copied only if it differs
// from the kid and from last, the one before.
func (r *headerReader) readThumbprint(raw []byte, last *string) string {
	if strictjson.EqualString(raw, r.keyID) {
		return r.keyID
	}
	if !strictjson.EqualString(raw, *last) {
		*last, _ = strictjson.String(raw)
	}
	return *last
}

// algorithmName returns the alg raw, without a copy if an Algorithm has the name.
func algorithmName(raw []byte) (string, bool) {
	if len(raw) > 2 {
		if a := algorithms[string(raw[1:len(raw)-1])]; a != nil {
			return a.name, raw[0] == '"'
		}
	}
	return strictjson.String(raw)
}

// mediaType returns the media type raw in lower case, without "application/" if
// no other slash follows (RFC 7515, section 4.1.9).
func mediaType(raw []byte) (string, bool) {
	switch string(raw) {
	case `"JWT"`:
		return "jwt", true
	case `"at+jwt"`:
		return "at+jwt", true
	}
	s, ok := strictjson.String(raw)
	if !ok || s == "" {
		return "", false
	}
	s = strings.ToLower(s)
	if rest, ok := strings.CutPrefix(s, "application/"); ok && rest != "" && !strings.Contains(rest, "/") {
		return rest, true
	}
	return s, true
}
