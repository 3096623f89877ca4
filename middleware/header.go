package middleware

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A header is what a token's JOSE header says that matters here. Key material
// and references to it (jwk, jku, x5u, x5c) are never read: the keys are the
// configured issuer's, whatever the token says of them (RFC 8725, section 3.10).
type header struct {
	alg   string
	kid   string // may refer to the scratch; nobody keeps it
	typ   string
	nonce bool // Microsoft Graph's tokens have one; for the diagnosis only
}

// headerNames are the header parameters that decide something, in their only
// spelling.
var headerNames = strictjson.NewNames("alg", "kid", "typ", "crit", "cty", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c")

// scratch is memory that a token needs only while it is examined. A header that
// was read into it is good until it goes back to the pool.
type scratch struct {
	text      [1024]byte
	members   [16]strictjson.Member
	kid       [256]byte
	signature [1024]byte
	payload   claims.Payload
	size      int // of the largest payload that was read into it
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release gives s back, unless a large payload has made it large.
func (s *scratch) release() {
	if s.size <= maxPooled {
		scratches.Put(s)
	}
}

const maxPooled = 8 << 10

// parse reads the header segment of a token strictly (RFC 7515, sections 4 and
// 5.2).
func (s *scratch) parse(segment string) (h header, ok bool) {
	data, err := strictjson.DecodeBase64URL(s.text[:0], segment)
	if err != nil {
		return h, false
	}
	object, err := strictjson.Parse(data, s.members[:0])
	if err != nil || object.Variant(headerNames) {
		return h, false
	}
	for i := range object {
		raw := object[i].Value
		switch object[i].Name {
		case "alg":
			h.alg, ok = algorithmName(raw)
		case "kid":
			var kid []byte
			kid, ok = strictjson.AppendString(s.kid[:0], raw)
			if ok = ok && len(kid) > 0; ok { // an empty name is not the absence of one
				h.kid = unsafe.String(unsafe.SliceData(kid), len(kid))
			}
		case "typ":
			h.typ, ok = mediaType(raw)
		case "cty":
			// A nested token would need its inner one verified as well.
			cty, isText := mediaType(raw)
			ok = isText && cty != "jwt"
		case "crit", "b64", "enc", "zip":
			// Whatever crit names, none of it is understood here (RFC 7515,
			// section 4.1.11); b64 is not for JWTs (RFC 7797, section 7); enc
			// and zip belong to encrypted tokens.
			ok = false
		case "nonce":
			h.nonce, ok = true, true
		default:
			ok = true
		}
		if !ok {
			return h, false
		}
	}
	return h, h.alg != ""
}

// headers remembers headers of tokens whose signatures held, by their segments:
// a key signs all its tokens under the same few. Nothing that an unverified
// token says gets in, and there are never more than maxHeaders.
type headers struct {
	known atomic.Pointer[map[string]header]
	mu    sync.Mutex
}

const maxHeaders = 256

func (hs *headers) get(segment string) (header, bool) {
	known := hs.known.Load()
	if known == nil {
		return header{}, false
	}
	h, ok := (*known)[segment]
	return h, ok
}

// add remembers h, of which it makes copies.
func (hs *headers) add(segment string, h header) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	known := map[string]header{}
	if old := hs.known.Load(); old != nil && len(*old) < maxHeaders {
		maps.Copy(known, *old) // else begin anew: keys come and go
	}
	h.kid, h.typ = strings.Clone(h.kid), strings.Clone(h.typ)
	known[strings.Clone(segment)] = h
	hs.known.Store(&known)
}

// algorithmName returns the alg value raw. It spares the copy for those that
// are known.
func algorithmName(raw []byte) (string, bool) {
	if len(raw) > 2 {
		if a := algorithms[string(raw[1:len(raw)-1])]; a != nil {
			return a.name, raw[0] == '"'
		}
	}
	return strictjson.String(raw)
}

// mediaType returns the media type raw in lower case, without "application/"
// if nothing else follows a slash (RFC 7515, section 4.1.9).
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
