package claims

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// findMark returns the claim that marks p as another token than an access token, as this
// package names it, and the kind of token. It returns nil if there is none.
func (d *Dialect) findMark(p *Payload) (claim []string, kind string) {
	for i := range otherTokenMarks {
		m := &otherTokenMarks[i]
		if p.classes&markClasses[i] == markClasses[i] && m.holds(p) && !d.ignores(m.Claim) {
			return m.Claim, m.kind
		}
	}
	for i := range p.members {
		m := &p.members[i]
		if !mayBeTokenName(m.Name) {
			continue
		}
		var space [foldedMax]byte
		name := findTokenName(foldWord(space[:0], m.Name))
		if name == nil {
			continue
		}
		if kind := name.kindIn(m.Value); kind != "" && !d.ignores([]string{m.Name}) {
			return name.path(m.Name), kind
		}
	}
	return nil, ""
}

// ignores reports whether the dialect ignores a mark that counts for every issuer. The
// spelling of a claim that names the kind of the token does not count.
func (d *Dialect) ignores(claim []string) bool {
	return slices.ContainsFunc(d.DangerouslyIgnoreMarks, func(path []string) bool {
		if slices.Equal(path, claim) {
			return true
		}
		if len(path) != 1 || len(claim) != 1 {
			return false
		}
		var a, b [foldedMax]byte
		name := findTokenName(foldWord(a[:0], path[0]))
		return name != nil && name == findTokenName(foldWord(b[:0], claim[0]))
	})
}

// mayBeTokenName reports whether name begins and ends like one of tokenNames. It tells
// almost all names apart from them without a comparison.
func mayBeTokenName(name string) bool {
	if name == "" {
		return false
	}
	first, last := name[0]|0x20-'a', name[len(name)-1]|0x20-'a'
	return first < 26 && tokenNameEnds[first]>>last&1 != 0
}

// tokenNameEnds holds, for each first letter of tokenNames, a bit for each last letter.
var tokenNameEnds = func() (ends [26]uint32) {
	for i := range tokenNames {
		name := tokenNames[i].folded
		ends[name[0]-'a'] |= 1 << (name[len(name)-1] - 'a')
	}
	return ends
}()

func findTokenName(folded []byte) *tokenName {
	for i := range tokenNames {
		if tokenNames[i].folded == string(folded) {
			return &tokenNames[i]
		}
	}
	return nil
}

// path returns the path of the claim in the given spelling if that is a usual one, and
// otherwise in the usual one: nothing of it is a token's choice.
func (n *tokenName) path(spelling string) []string {
	i := max(0, slices.Index(n.spellings, spelling))
	return n.spellings[i : i+1]
}

// kindIn returns the kind of token that raw, the value of n, names, and "" if that is an
// access token or unknown. raw may be an array.
func (n *tokenName) kindIn(raw []byte) (kind string) {
	switch n.holds {
	case refreshFlag:
		if string(raw) == "true" {
			return "refresh"
		}
		return ""
	case refreshScope:
		word, _ := text(soleString(raw))
		var space [foldedMax]byte
		switch string(foldWord(space[:0], bytesString(word))) {
		case "refresh", "refreshtoken":
			if bytes.IndexByte(word, ' ') < 0 {
				return "refresh"
			}
		}
		return ""
	}
	if isString(raw) {
		word, _ := text(raw)
		return n.kindOf(bytesString(word))
	}
	if isArray(raw) {
		strictjson.Each(raw, func(elem []byte) bool {
			word, _ := text(elem)
			kind = n.kindOf(bytesString(word))
			return kind == ""
		})
	}
	return kind
}

// kindOf returns the kind of token that word means as a value of n, "" if it is none of
// tokenWords.
func (n *tokenName) kindOf(word string) string {
	if n.holds == tokenWord { // RFC 8693, section 3, and RFC 7515, section 4.1.9
		word = strings.TrimPrefix(strings.TrimPrefix(word, "urn:ietf:params:oauth:token-type:"), "application/")
	}
	var space [foldedMax]byte
	folded := foldWord(space[:0], word)
	if len(folded) == 0 {
		return ""
	}
	for i := range tokenWords {
		if w := &tokenWords[i]; w.word == string(folded) && (w.plain || n.holds == tokenWord) {
			return w.kind
		}
	}
	// Such as ROTATING_REFRESH and user-refresh-token.
	if n.holds == tokenWord &&
		(bytes.HasSuffix(folded, []byte("refresh")) || bytes.HasSuffix(folded, []byte("refreshtoken"))) {
		return "refresh"
	}
	return ""
}

// foldedMax is the length of the longest word that foldWord returns.
const foldedMax = 32

// foldWord appends s to dst in lower case, without "-", "_", "." and spaces and without an
// end "+jwt". It appends nothing if s has other characters or is too long.
func foldWord(dst []byte, s string) []byte {
	folded := dst
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case 'A' <= c && c <= 'Z':
			// Below, 0x20 makes it a small letter.
		case c == '-', c == '_', c == '.', c == ' ':
			continue
		case c == '+' && len(s)-i == len("+jwt") && equalsJWT(s[i+1:]):
			return folded
		default:
			return dst
		}
		if len(folded) == cap(folded) {
			return dst
		}
		folded = append(folded, s[i]|0x20)
	}
	return folded
}

func equalsJWT(s string) bool { return s[0]|0x20 == 'j' && s[1]|0x20 == 'w' && s[2]|0x20 == 't' }
