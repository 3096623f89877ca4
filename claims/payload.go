package claims

import (
	"encoding/base64"
	"encoding/json"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Payload is the claims set of a token, read strictly and not yet
// interpreted. The zero Payload has no claims. Its methods are safe for
// concurrent use but for ParseSegment.
type Payload struct {
	members strictjson.Object
	classes uint64 // of the members' names: most look-ups are for names that are not there
	segment string // as received, base64url; empty if read from plain JSON
	data    []byte // the JSON that members refers to
}

// ParsePayload reads a claims set: exactly one JSON object (RFC 7519, section
// 7.2), valid UTF-8, no name twice at any depth, at most 32 levels deep, every
// number in the range of a float64. The error tells which of these failed and
// holds nothing of data.
//
// The Payload refers to data, which must not be changed afterwards.
func ParsePayload(data []byte) (Payload, error) {
	members, err := strictjson.Parse(data, make(strictjson.Object, 0, usualMembers))
	if err != nil {
		return Payload{}, err
	}
	return Payload{members: members, classes: classesOf(members), data: data}, nil
}

// ParseSegment makes p the claims set in the payload segment of a compact JWS
// (RFC 7515, section 7.1): base64url without padding and without any second
// spelling, then read as ParsePayload does. It uses the memory that p had from
// an earlier call, so what was read from p before is no longer valid, tokens
// excepted. After an error p has no claims.
func (p *Payload) ParseSegment(segment string) error {
	if p.members == nil {
		p.members = make(strictjson.Object, 0, usualMembers)
	}
	data, err := strictjson.DecodeBase64URL(p.data[:0], segment)
	if err != nil {
		p.reset()
		return err
	}
	members, err := strictjson.Parse(data, p.members)
	if err != nil {
		p.reset()
		return err
	}
	p.members, p.classes, p.segment, p.data = members, classesOf(members), segment, data
	return nil
}

// reset takes the claims from p and leaves it its memory.
func (p *Payload) reset() {
	p.members, p.classes, p.segment, p.data = p.members[:0], 0, "", p.data[:0]
}

// usualMembers is room for the claims of all but the most talkative issuers.
const usualMembers = 24

// encoded returns the payload as a token keeps it.
func (p Payload) encoded() string {
	if p.segment == "" && p.data != nil {
		return base64.RawURLEncoding.EncodeToString(p.data)
	}
	return p.segment
}

// Lookup returns the claim at path as raw JSON, and whether it is there. A
// claim whose value is null is there.
func (p Payload) Lookup(path ...string) (json.RawMessage, bool) {
	raw, ok := p.lookup(path)
	return json.RawMessage(raw), ok
}

func (p *Payload) lookup(path []string) ([]byte, bool) {
	switch {
	case len(path) == 0, p.classes&strictjson.NameClass(path[0]) == 0:
		return nil, false
	case len(path) == 1:
		return p.members.Get(path[0])
	}
	return p.members.Lookup(path...)
}

// classesOf returns the classes of all members' names.
func classesOf(members strictjson.Object) (classes uint64) {
	for i := range members {
		classes |= strictjson.NameClass(members[i].Name)
	}
	return classes
}

// Ambiguous reports whether the names of the claims could mean different things
// to different readers: two names that differ only in case or by a character
// that folds to an ASCII letter ("sub" and "Sub"), or a registered claim in
// another spelling ("EXP"). RFC 7519, section 7.3 has names compared exactly;
// a parser that folds case would read the other one.
func (p Payload) Ambiguous() bool { return p.members.Variant(registered) }

// registered are the claims that decide something, in their only spelling.
var registered = strictjson.NewNames(
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "scope", "scp", "client_id", "azp", "typ",
	"token_use", "acr", "auth_time", "events", "tid",
)

// thisAPI is the element of a path that stands for every audience of this API
// that the token names.
const thisAPI = "{audience}"
