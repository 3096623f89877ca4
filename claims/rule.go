package claims

import (
	"bytes"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// A Rule is a condition on a payload. It holds if all conditions that its fields
// set are true. A Rule with nothing but Claim holds if the claim is present. A claim
// that is null is absent, except for NotIn.
// Values are compared as strings, exactly. If the claim is an array, In, NotIn,
// Prefix and Suffix look at each string in it.
type Rule struct {
	// Claim is the path of the claim that the rule is about. The claim must be
	// present unless Absent is set.
	Claim []string
	// Absent requires that the claim is absent. The fields about the claim's
	// value are then ignored.
	Absent bool
	// In requires that the claim has one of these values. Nil requires nothing.
	In []string
	// NotIn requires that the claim has none of these values. A claim that is
	// not a string has none of them, and neither has one that is null. Nil requires
	// nothing.
	NotIn []string
	// Prefix and Suffix require that the claim begins or ends with them.
	Prefix, Suffix string
	// Equals requires that the claim, without Prefix and Suffix, has the same
	// value as the claim at this other path. An array of one string counts as
	// that string. Nil requires nothing.
	Equals []string
	// NotWithin requires that the claim is not one of the parts between slashes
	// of the claim at this other path. Nil requires nothing.
	NotWithin []string
	// And is a further rule that must hold, or nil.
	And *Rule
	// Kind is the kind that a rule in Dialect.Kinds gives to the token. Other
	// lists of rules ignore it.
	Kind Kind
}

// holds reports whether the rule holds for p. It allocates nothing for the rules
// of package dialects, which run for every uncached token.
func (r *Rule) holds(p *Payload) bool {
	raw, present := p.lookup(r.Claim)
	if r.NotIn == nil || r.Absent {
		present = present && !isNull(raw)
	}
	if present == r.Absent || present && !r.valueHolds(p, raw) {
		return false
	}
	return r.And == nil || r.And.holds(p)
}

// valueHolds reports whether the conditions on the claim's value, raw, are true.
func (r *Rule) valueHolds(p *Payload, raw []byte) bool {
	if r.In != nil && !anyOf(raw, r.In) {
		return false
	}
	if r.NotIn != nil && isString(raw) && anyOf(raw, r.NotIn) {
		return false
	}
	if r.NotWithin != nil {
		whole, _ := p.lookup(r.NotWithin)
		if isSegment(raw, whole) {
			return false
		}
	}
	if r.Equals != nil {
		other, ok := p.lookup(r.Equals)
		return ok && r.equals(raw, other)
	}
	return r.Prefix == "" && r.Suffix == "" || r.hasAffixes(raw)
}

// isSegment reports whether the string raw is one of the parts between slashes
// of the string whole.
func isSegment(raw, whole []byte) bool {
	want, ok := text(raw)
	rest, more := text(whole)
	for ok && more {
		var segment []byte
		if segment, rest, more = bytes.Cut(rest, []byte("/")); bytes.Equal(segment, want) {
			return true
		}
	}
	return false
}

// equals reports whether raw, without the rule's prefix and suffix, and other
// are the same string.
func (r *Rule) equals(raw, other []byte) bool {
	a, ok := text(soleString(raw))
	b, okOther := text(soleString(other))
	if !ok || !okOther {
		return false
	}
	a, okPrefix := bytes.CutPrefix(a, []byte(r.Prefix))
	a, okSuffix := bytes.CutSuffix(a, []byte(r.Suffix))
	return okPrefix && okSuffix && bytes.Equal(a, b)
}

// hasAffixes reports whether raw, or a string in the array raw, has the rule's
// prefix and suffix without overlap.
func (r *Rule) hasAffixes(raw []byte) bool {
	matches := func(raw []byte) bool {
		s, ok := text(raw)
		return ok && len(s) >= len(r.Prefix)+len(r.Suffix) &&
			bytes.HasPrefix(s, []byte(r.Prefix)) && bytes.HasSuffix(s, []byte(r.Suffix))
	}
	if isString(raw) {
		return matches(raw)
	}
	// Each stops and returns false at the first match.
	return isArray(raw) && !strictjson.Each(raw, func(elem []byte) bool { return !matches(elem) })
}

// anyOf reports whether the string raw, or a string in the array raw, is in
// list.
func anyOf(raw []byte, list []string) bool {
	if len(list) > stringset.Pairwise {
		return anyOfMany(raw, list)
	}
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

// anyOfMany is anyOf for a long list.
func anyOfMany(raw []byte, list []string) bool {
	in := stringset.In(list)
	matches := func(raw []byte) bool {
		s, ok := text(raw)
		return ok && in.HasBytes(s)
	}
	if isString(raw) {
		return matches(raw)
	}
	return isArray(raw) && !strictjson.Each(raw, func(elem []byte) bool { return !matches(elem) })
}
