package scopes

import (
	"math/bits"
	"strings"
)

// An identifier is what a route requires of the pattern of an openEHR scope. It may
// itself be a pattern.
//
// It is compared with all patterns of a token. Positions between its symbols are
// bits, so that each symbol of a pattern takes a few operations.
type identifier struct {
	text string

	words int // of a set of positions; 0 until a pattern needs them
	last  int // the position after all symbols
	// For each symbol, and for innerSymbols, the positions before it. Those of a
	// short identifier need no heap.
	short [innerSymbols + 1]uint64
	long  []uint64
}

// maxIdentifier bounds the work for each symbol of a pattern.
const maxIdentifier = 1024

// The symbols are bytes and two more.
const (
	separatorSymbol = 256 + iota // "::"
	innerSymbols                 // all but "::"
)

// coveredBy reports whether pattern matches every identifier that id matches.
func (id *identifier) coveredBy(pattern string) bool {
	switch {
	case pattern == "*" || pattern == "**" || pattern == id.text:
		return true
	case strings.IndexByte(pattern, '*') < 0 || len(id.text) > maxIdentifier:
		return false
	}
	if id.words == 0 {
		if id.text == "*" || strings.Contains(id.text, "**") {
			// matches would read these as characters of one part.
			return false
		}
		id.index()
	}
	return id.matches(pattern)
}

// index finds the positions before each symbol.
func (id *identifier) index() {
	id.words = len(id.text)/64 + 1
	if id.words > 1 {
		id.long = make([]uint64, len(id.short)*id.words)
	}
	for rest := id.text; rest != ""; id.last++ {
		symbol, n := firstSymbol(rest)
		rest = rest[n:]
		bit := uint64(1) << (id.last % 64)
		id.before(symbol)[id.last/64] |= bit
		if symbol != separatorSymbol {
			id.before(innerSymbols)[id.last/64] |= bit
		}
	}
}

// before returns the positions before symbol.
func (id *identifier) before(symbol int) []uint64 {
	if id.words == 1 {
		return id.short[symbol : symbol+1]
	}
	return id.long[symbol*id.words : (symbol+1)*id.words]
}

// firstSymbol returns the first symbol of s, "::" or one byte, and its length.
func firstSymbol(s string) (symbol, length int) {
	if strings.HasPrefix(s, "::") {
		return separatorSymbol, 2
	}
	return int(s[0]), 1
}

// matches keeps, for the part of pattern that it has read, all positions in id that
// this part can reach.
func (id *identifier) matches(pattern string) bool {
	var room [maxIdentifier/64 + 1]uint64
	reached := room[:id.words]
	reached[0] = 1
	for pattern != "" {
		switch {
		case strings.HasPrefix(pattern, "**"):
			pattern = pattern[2:]
			fillFromLowest(reached)
		case pattern[0] == '*':
			pattern = pattern[1:]
			fillRuns(reached, id.before(innerSymbols))
		default:
			symbol, n := firstSymbol(pattern)
			pattern = pattern[n:]
			advance(reached, id.before(symbol))
		}
	}
	return reached[id.last/64]>>(id.last%64)&1 == 1
}

// advance leaves the positions after those of set that are also in before.
func advance(set, before []uint64) {
	var carry uint64
	for i := range set {
		moved := set[i] & before[i]
		set[i] = moved<<1 | carry
		carry = moved >> 63
	}
}

// fillRuns adds the positions that any number of the symbols at inner lead to. A sum
// does it: the carry runs from a position to the end of the ones from there on.
func fillRuns(set, inner []uint64) {
	var carry uint64
	for i := range set {
		var sum uint64
		sum, carry = bits.Add64(set[i]&inner[i], inner[i], carry)
		set[i] |= sum ^ inner[i]
	}
}

// fillFromLowest adds all positions above the lowest one.
func fillFromLowest(set []uint64) {
	var above uint64
	for i := range set {
		set[i] |= above
		if above == 0 && set[i] != 0 {
			set[i] |= -set[i]
			above = ^uint64(0)
		}
	}
}
