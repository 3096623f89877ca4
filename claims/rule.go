package claims

import (
	"bytes"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// holds reports whether all conditions of the rule are met by p. It allocates
// nothing for the rules that the built-in dialects ask of every token.
func (r *Rule) holds(p *Payload) bool {
	raw, present := p.lookup(r.Claim)
	if present == r.Absent || present && !r.valueHolds(p, raw) {
		return false
	}
	return r.And == nil || r.And.holds(p)
}

// valueHolds reports whether raw, the value of the rule's claim, is as the rule
// wants it.
func (r *Rule) valueHolds(p *Payload, raw []byte) bool {
	if r.In != nil && !anyOf(raw, r.In) {
		return false
	}
	if r.NotIn != nil && isString(raw) && anyOf(raw, r.NotIn) {
		return false
	}
	if r.NotWithin != nil {
		whole, _ := p.lookup(r.NotWithin)
		if within(raw, whole) {
			return false
		}
	}
	if r.Equals != nil {
		other, ok := p.lookup(r.Equals)
		return ok && r.equals(raw, other)
	}
	return r.Prefix == "" && r.Suffix == "" || r.affixed(raw)
}

// within reports whether the string part is one of those that slashes separate
// in the string whole.
func within(part, whole []byte) bool {
	p, ok := text(part)
	w, okWhole := text(whole)
	for ok && okWhole {
		var segment []byte
		if segment, w, okWhole = bytes.Cut(w, []byte("/")); bytes.Equal(segment, p) {
			return true
		}
	}
	return false
}

// equals reports whether raw, without the rule's prefix and suffix, and other
// are the same string.
func (r *Rule) equals(raw, other []byte) bool {
	a, ok := text(single(raw))
	b, okOther := text(single(other))
	if !ok || !okOther {
		return false
	}
	a, okPrefix := bytes.CutPrefix(a, []byte(r.Prefix))
	a, okSuffix := bytes.CutSuffix(a, []byte(r.Suffix))
	return okPrefix && okSuffix && bytes.Equal(a, b)
}

func (r *Rule) affixed(raw []byte) bool {
	matches := func(raw []byte) bool {
		s, ok := text(raw)
		return ok && len(s) >= len(r.Prefix)+len(r.Suffix) &&
			bytes.HasPrefix(s, []byte(r.Prefix)) && bytes.HasSuffix(s, []byte(r.Suffix))
	}
	if isString(raw) {
		return matches(raw)
	}
	// Each stops, and answers false, at the first element that matches.
	return isArray(raw) && !strictjson.Each(raw, func(elem []byte) bool { return !matches(elem) })
}

// anyOf reports whether raw, a string, or one of the strings in raw, an array,
// is in list.
func anyOf(raw []byte, list []string) bool {
	if isString(raw) {
		for _, s := range list {
			if strictjson.EqualString(raw, s) {
				return true
			}
		}
		return false
	}
	return isArray(raw) && !strictjson.Each(raw, func(elem []byte) bool {
		return !isString(elem) || !anyOf(elem, list)
	})
}

// text returns the text of raw, a JSON string of a payload that was read, and
// whether it is a string. It is a part of raw unless raw has escapes.
func text(raw []byte) ([]byte, bool) {
	if !isString(raw) {
		return nil, false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	return strictjson.AppendString(nil, raw)
}

// single returns the string raw, or the only element of the array raw if that
// is a string, else nil.
func single(raw []byte) []byte {
	if isString(raw) {
		return raw
	}
	if !isArray(raw) {
		return nil
	}
	if elem := only(raw); isString(elem) {
		return elem
	}
	return nil
}

func isString(raw []byte) bool { return len(raw) > 0 && raw[0] == '"' }
func isArray(raw []byte) bool  { return len(raw) > 0 && raw[0] == '[' }
func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }
func isNull(raw []byte) bool   { return string(raw) == "null" }
