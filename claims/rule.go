package claims

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// holds reports whether the rule applies to p. It allocates nothing for the
// rules that the built-in dialects ask of every token.
func (r *Rule) holds(p Payload) bool {
	raw, present := p.lookup(r.Claim)
	if r.Absent || !present {
		return r.Absent && !present
	}
	switch {
	case r.In != nil:
		return anyOf(raw, r.In)
	case r.NotIn != nil:
		return !isString(raw) || !anyOf(raw, r.NotIn)
	case r.Prefix != "" || r.Suffix != "":
		return r.affixed(raw)
	case r.Equals != nil:
		other, ok := p.lookup(r.Equals)
		return ok && sameString(raw, other)
	case r.NotWithin != nil:
		other, _ := p.lookup(r.NotWithin)
		part, ok := strictjson.String(raw)
		whole, okWhole := strictjson.String(other)
		return !ok || !okWhole || !slices.Contains(strings.Split(whole, "/"), part)
	}
	return true
}

func (r *Rule) affixed(raw []byte) bool {
	matches := func(raw []byte) bool {
		s, ok := strictjson.String(raw)
		return ok && strings.HasPrefix(s, r.Prefix) && strings.HasSuffix(s, r.Suffix)
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
	var only []byte
	n := 0
	strictjson.Each(raw, func(elem []byte) bool {
		only = elem
		n++
		return n < 2
	})
	if n != 1 || !isString(only) {
		return nil
	}
	return only
}

func isString(raw []byte) bool { return len(raw) > 0 && raw[0] == '"' }
func isArray(raw []byte) bool  { return len(raw) > 0 && raw[0] == '[' }
func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }
func isNull(raw []byte) bool   { return string(raw) == "null" }
