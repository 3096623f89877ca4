package claims

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// holds reports whether all conditions of the rule are met by p. It allocates
// nothing for the rules that the built-in dialects ask of every token.
func (r *Rule) holds(p Payload) bool {
	raw, present := p.lookup(r.Claim)
	if present == r.Absent || present && !r.valueHolds(p, raw) {
		return false
	}
	return r.And == nil || r.And.holds(p)
}

// valueHolds reports whether raw, the value of the rule's claim, is as the rule
// wants it.
func (r *Rule) valueHolds(p Payload, raw []byte) bool {
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
	p, ok := strictjson.String(part)
	w, okWhole := strictjson.String(whole)
	return ok && okWhole && slices.Contains(strings.Split(w, "/"), p)
}

// equals reports whether raw, without the rule's prefix and suffix, and other
// are the same string.
func (r *Rule) equals(raw, other []byte) bool {
	if r.Prefix == "" && r.Suffix == "" {
		return sameString(raw, other)
	}
	s, ok := strictjson.String(single(raw))
	if !ok {
		return false
	}
	s, okPrefix := strings.CutPrefix(s, r.Prefix)
	s, okSuffix := strings.CutSuffix(s, r.Suffix)
	return okPrefix && okSuffix && strictjson.EqualString(single(other), s)
}

func (r *Rule) affixed(raw []byte) bool {
	matches := func(raw []byte) bool {
		s, ok := strictjson.String(raw)
		return ok && len(s) >= len(r.Prefix)+len(r.Suffix) &&
			strings.HasPrefix(s, r.Prefix) && strings.HasSuffix(s, r.Suffix)
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

// sameString reports whether a and b are the same string; an array of one
// string counts as that string.
func sameString(a, b []byte) bool {
	a, b = single(a), single(b)
	if a == nil || b == nil {
		return false
	}
	if bytes.Equal(a, b) {
		return true
	}
	if bytes.IndexByte(a, '\\') < 0 && bytes.IndexByte(b, '\\') < 0 {
		return false
	}
	s, _ := strictjson.String(a)
	return strictjson.EqualString(b, s)
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
