package strictjson

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
)

// Names is a set of names in their exact spelling, for Object.Variant. The zero
// Names is empty.
type Names struct {
	all     []string
	folding []string // those of all that do not fold to themselves
	classes []uint64 // for each of folding: the class of the name in small letters
}

// NewNames returns a set of names.
func NewNames(names ...string) Names {
	n := Names{all: names, folding: slices.DeleteFunc(slices.Clone(names), foldsToItself)}
	for _, name := range n.folding {
		n.classes = append(n.classes, NameClass(strings.ToLower(strings.Map(foldRune, name))))
	}
	return n
}

// VariantOf returns a name in known that a parser which ignores case could confuse with
// another name of o: that other name folds to the same text, and is not in known or stands
// next to it in o. It returns "" if there is none. In contrast to Variant, two names of o
// that are both unknown do not count.
func (o Object) VariantOf(known Names) string {
	for i := range o {
		if foldsToItself(o[i].Name) {
			continue
		}
		for _, k := range known.all {
			if o.confuses(o[i].Name, k, known) {
				return k
			}
		}
	}
	if len(known.folding) == 0 {
		return ""
	}
	var classes uint64
	for i := range o {
		classes |= NameClass(o[i].Name)
	}
	for i, k := range known.folding {
		if classes&known.classes[i] == 0 {
			continue
		}
		for j := range o {
			if o.confuses(o[j].Name, k, known) {
				return k
			}
		}
	}
	return ""
}

// confuses reports whether name, of o, could be taken for k, a known name.
func (o Object) confuses(name, k string, known Names) bool {
	if name == k || !strings.EqualFold(name, k) {
		return false
	}
	if !slices.Contains(known.all, name) {
		return true
	}
	_, found := o.Get(k)
	return found
}

// Variant reports whether a parser that ignores case, as encoding/json does for
// the fields of a struct, could confuse names: two names of o differ but fold to
// the same text, or a name is not in known but folds to one that is. Folding is
// Unicode simple case folding, by which U+017F folds to s and U+212A to k. Variant
// does not descend into values.
func (o Object) Variant(known Names) bool {
	// A name of lower-case ASCII letters, digits and signs folds to itself. Two
	// such names fold alike only if they are equal, so every pair of variants
	// has a name that does not fold to itself.
	folding := 0
	for i := range o {
		if !foldsToItself(o[i].Name) {
			folding++
			if variantOf(o[i].Name, known.all) {
				return true
			}
		}
	}
	for _, k := range known.folding {
		for i := range o {
			if strings.EqualFold(o[i].Name, k) && variantOf(o[i].Name, known.all) {
				return true
			}
		}
	}
	switch {
	case folding == 0:
		return false
	case folding > pairwiseMax:
		return o.repeatsFolded()
	}
	for i := range o {
		if !foldsToItself(o[i].Name) && o.holdsVariantOf(o[i].Name) {
			return true
		}
	}
	return false
}

// variantOf reports whether name is not in known but folds to a name in known.
func variantOf(name string, known []string) bool {
	variant := false
	for _, k := range known {
		if k == name {
			return false
		}
		variant = variant || strings.EqualFold(k, name)
	}
	return variant
}

// holdsVariantOf reports whether o has another name that folds like name.
func (o Object) holdsVariantOf(name string) bool {
	for i := range o {
		if o[i].Name != name && strings.EqualFold(o[i].Name, name) {
			return true
		}
	}
	return false
}

// repeatsFolded reports whether two names fold to the same text, in linear time.
func (o Object) repeatsFolded() bool {
	seen := make(map[string]struct{}, len(o))
	for i := range o {
		seen[strings.Map(foldRune, o[i].Name)] = struct{}{}
	}
	return len(seen) != len(o)
}

// foldRune returns the smallest of the runes that fold alike.
func foldRune(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}

// foldsToItself reports whether s has neither an ASCII capital nor a byte beyond
// ASCII. Names are short, so it reads the ends of s as words that may overlap
// instead of byte by byte.
func foldsToItself(s string) bool {
	for len(s) > 8 {
		if foldable(binary.LittleEndian.Uint64([]byte(s[:8]))) {
			return false
		}
		s = s[8:]
	}
	var x uint64
	switch n := len(s); {
	case n >= 4:
		first, last := binary.LittleEndian.Uint32([]byte(s[:4])), binary.LittleEndian.Uint32([]byte(s[n-4:]))
		x = uint64(first)<<32 | uint64(last)
	case n > 0: // first, middle and last: all of up to three bytes
		x = uint64(s[0])<<16 | uint64(s[n/2])<<8 | uint64(s[n-1])
	}
	return !foldable(x)
}

// foldable reports whether one of the eight bytes of x is an ASCII capital or
// beyond ASCII. Only bytes beyond ASCII carry into the next byte, and then the
// result is true anyway.
func foldable(x uint64) bool {
	atLeastA, aboveZ := x+ones*(0x80-'A'), x+ones*(0x80-'Z'-1)
	return (x|atLeastA&^aboveZ)&highs != 0
}
