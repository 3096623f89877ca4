package claims

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"math/bits"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Payload is the claims set of a token, parsed strictly and not yet
// interpreted. The zero Payload has no claims. Reading a Payload is safe for
// concurrent use; UnmarshalJSON, ParseSegment and MoveSegment are not.
type Payload struct {
	members strictjson.Object
	classes uint64    // NameClass bits of all members: most lookups are for absent names
	first   [64]uint8 // for each of these bits: the first member of the class, at most 255
	segment string    // as received, base64url; empty after UnmarshalJSON
	data    []byte    // the JSON that members alias
}

// usualMembers is the number of claims that most issuers do not exceed.
const usualMembers = 24

// UnmarshalJSON implements json.Unmarshaler. It accepts exactly one JSON object
// (RFC 7519, section 7.2) in valid UTF-8, with unique names at every level, at
// most 32 levels deep, and with numbers in the range of a float64. null is not
// an object and fails. The error says which rule was broken and holds nothing of
// data. After an error p has no claims.
//
// UnmarshalJSON copies data. It reuses the memory of p, which invalidates the
// results of earlier lookups. Tokens read from p stay valid.
func (p *Payload) UnmarshalJSON(data []byte) error {
	return p.parse(append(p.data[:0], data...), "")
}

// ParseSegment reads the payload segment of a compact JWS (RFC 7515, section
// 7.1): canonical base64url (no padding, no stray bits), decoded and then parsed
// as by UnmarshalJSON. It reuses the memory of p in the same way.
func (p *Payload) ParseSegment(segment string) error {
	data, err := strictjson.DecodeBase64URL(p.data[:0], segment)
	if err != nil {
		p.reset()
		return err
	}
	return p.parse(data, segment)
}

// MoveSegment makes p, and tokens that are read from p afterwards, refer to segment instead
// of the equal string that ParseSegment got, for a caller that had it in memory which is
// used again. It ignores any other string.
func (p *Payload) MoveSegment(segment string) {
	if segment == p.segment {
		p.segment = segment
	}
}

// parse sets p to the claims in data, which p keeps.
func (p *Payload) parse(data []byte, segment string) error {
	if p.members == nil {
		p.members = make(strictjson.Object, 0, usualMembers)
	}
	p.data = data
	members, err := strictjson.Parse(data, p.members)
	if err != nil {
		p.reset()
		return err
	}
	p.members, p.segment = members, segment
	p.index()
	return nil
}

// reset removes the claims from p and keeps its memory.
func (p *Payload) reset() {
	p.members, p.classes, p.segment, p.data = p.members[:0], 0, "", p.data[:0]
}

// encoded returns the payload in base64url, as a Token keeps it.
func (p Payload) encoded() string {
	if p.segment == "" && len(p.data) > 0 {
		return base64.RawURLEncoding.EncodeToString(p.data)
	}
	return p.segment
}

// Lookup returns the claim at path as raw JSON, and whether it is present. A
// claim with the value null is present. The result is valid until p parses
// again.
func (p Payload) Lookup(path ...string) (json.RawMessage, bool) {
	raw, ok := p.lookup(path)
	return json.RawMessage(raw), ok
}

func (p *Payload) lookup(path []string) ([]byte, bool) {
	if len(path) == 0 {
		return nil, false
	}
	class := strictjson.NameClass(path[0])
	if p.classes&class == 0 {
		return nil, false
	}
	members := p.members[p.first[bits.TrailingZeros64(class)]:]
	if len(path) == 1 {
		return members.Get(path[0])
	}
	return members.Lookup(path...)
}

// index sets classes and first.
func (p *Payload) index() {
	p.classes = 0
	for i := range p.members {
		class := strictjson.NameClass(p.members[i].Name)
		if p.classes&class == 0 {
			p.first[bits.TrailingZeros64(class)] = uint8(min(i, math.MaxUint8))
		}
		p.classes |= class
	}
}
