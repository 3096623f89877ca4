package strictjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// String returns a copy of the text of raw, a JSON string with its quotes and
// nothing around them. It returns false if raw is not a string.
func String(raw []byte) (string, bool) {
	text, escaped, ok := unquote(raw)
	if !ok {
		return "", false
	}
	if escaped {
		return string(appendUnescaped(nil, text)), true
	}
	return string(text), true
}

// AppendString appends the text of raw to dst, as String returns it. It returns
// dst unchanged and false if raw is not a string.
func AppendString(dst, raw []byte) ([]byte, bool) {
	text, escaped, ok := unquote(raw)
	if !ok {
		return dst, false
	}
	if escaped {
		return appendUnescaped(dst, text), true
	}
	return append(dst, text...), true
}

// EqualString reports whether raw is a JSON string with the text s, byte for
// byte. It does not allocate.
func EqualString(raw []byte, s string) bool {
	if len(raw) < len(s)+2 { // an escape is never shorter than its character
		return false
	}
	text, escaped, ok := unquote(raw)
	if !ok {
		return false
	}
	if !escaped {
		return string(text) == s
	}
	for len(text) > 0 {
		r, size := rune(text[0]), 1
		if r == '\\' {
			r, size = unescape(text)
		} else if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text)
		}
		want, width := utf8.DecodeRuneInString(s)
		if r != want || width != utf8.RuneLen(r) {
			return false
		}
		text, s = text[size:], s[width:]
	}
	return s == ""
}

// unquote checks that raw is one JSON string and returns the text between its
// quotes, with escapes.
func unquote(raw []byte) (text []byte, escaped, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, false, false
	}
	next, escaped, err := scanString(raw, 0)
	if err != nil || next != len(raw) {
		return nil, false, false
	}
	return raw[1 : next-1], escaped, true
}

// alias returns b as a string without copying it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

const (
	ones  = 0x0101010101010101 // times a byte: that byte in every lane
	highs = 0x8080808080808080
)

// scanString checks the string whose opening quote is data[i]. It returns the
// index after the closing quote, and whether the string holds an escape.
func scanString(data []byte, i int) (next int, escaped bool, err error) {
	i++
	for {
		// Skip eight bytes at a time while they are printable ASCII other than
		// the quote and the backslash. Each other byte sets the high bit of its
		// lane. For a byte beyond ASCII, at least one of the two differences keeps
		// the high bit. A borrow reaches only lanes above such a byte, so the lowest
		// set bit is right.
		for i+8 <= len(data) {
			x := binary.LittleEndian.Uint64(data[i:])
			special := ((x - ones*' ') | ((x ^ ones*'"') - ones) | ((x ^ ones*'\\') - ones)) & highs
			if special != 0 {
				i += bits.TrailingZeros64(special) >> 3
				break
			}
			i += 8
		}
		if i >= len(data) {
			return 0, false, ErrSyntax
		}
		switch c := data[i]; {
		case c == '"':
			return i + 1, escaped, nil
		case c == '\\':
			size, err := scanEscape(data[i:])
			if err != nil {
				return 0, false, err
			}
			escaped = true
			i += size
		case c < ' ':
			return 0, false, ErrSyntax
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size == 1 {
				return 0, false, ErrEncoding
			}
			i += size
		}
	}
}

// scanEscape scans the escape at the beginning of text and returns its length. A
// surrogate pair is one escape.
func scanEscape(text []byte) (int, error) {
	if len(text) < 2 {
		return 0, ErrSyntax
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
	default:
		return 0, ErrSyntax
	}
	r := hex4(text)
	switch {
	case r < 0:
		return 0, ErrSyntax
	case r < 0xD800 || r > 0xDFFF:
		return 6, nil
	case r < 0xDC00:
		if low := hex4(text[6:]); 0xDC00 <= low && low <= 0xDFFF {
			return 12, nil
		}
	}
	return 0, ErrSurrogate
}

// hex4 returns the code unit of the escape \uXXXX at the beginning of text, or -1
// if there is no such escape.
func hex4(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range text[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// unescape returns the character and the length of the valid escape at the
// beginning of text.
func unescape(text []byte) (rune, int) {
	switch c := text[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r := hex4(text)
		if 0xD800 <= r && r <= 0xDFFF {
			return (r-0xD800)<<10 + (hex4(text[6:]) - 0xDC00) + 0x10000, 12
		}
		return r, 6
	default:
		return rune(c), 2
	}
}

// appendUnescaped appends text, the valid inside of a string, to dst and resolves
// its escapes.
func appendUnescaped(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			dst = append(dst, text[i])
			i++
			continue
		}
		r, size := unescape(text[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst
}
