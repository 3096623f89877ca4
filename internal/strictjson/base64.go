package strictjson

import (
	"encoding/binary"
	"slices"
)

// DecodeBase64URL decodes s and appends the bytes to dst. It accepts only canonical
// base64url (RFC 7515, section 2): no padding, no line breaks, no other alphabet
// and no stray bits (RFC 4648, sections 3.1 to 3.5). The error is ErrBase64, and
// dst then keeps its length. The spare capacity of dst may be overwritten.
func DecodeBase64URL(dst []byte, s string) ([]byte, error) {
	if len(s)%4 == 1 { // a single character is less than a byte
		return dst, ErrBase64
	}
	size := len(dst) + len(s)/4*3 + len(s)%4*3/4
	grown := slices.Grow(dst, size-len(dst)+2) // a step of eight characters writes eight bytes for six
	out := grown[len(dst):cap(grown)]
	var seen uint32
	for ; len(s) >= 8; s, out = s[8:], out[6:] {
		high, low := group(s[0], s[1], s[2], s[3]), group(s[4], s[5], s[6], s[7])
		seen |= high | low
		binary.BigEndian.PutUint64(out, uint64(high)<<40|uint64(low)<<16)
	}
	for ; len(s) >= 4; s, out = s[4:], out[3:] {
		bits := group(s[0], s[1], s[2], s[3])
		seen |= bits
		out[0], out[1], out[2] = byte(bits>>16), byte(bits>>8), byte(bits)
	}
	switch len(s) {
	case 2:
		bits := group(s[0], s[1], 'A', 'A')
		seen |= bits | bits&0xFFFF<<16 // stray bits count as a wrong character
		out[0] = byte(bits >> 16)
	case 3:
		bits := group(s[0], s[1], s[2], 'A')
		seen |= bits | bits&0xFF<<24
		out[0], out[1] = byte(bits>>16), byte(bits>>8)
	}
	if seen >= 1<<24 {
		return dst, ErrBase64
	}
	return grown[:size], nil
}

// group returns the 24 bits of four characters. A higher bit is set if one of
// them is not in the alphabet.
func group(a, b, c, d byte) uint32 {
	return sextets[0][a] | sextets[1][b] | sextets[2][c] | sextets[3][d]
}

// sextets holds the bits of each character at each of the four places in a group,
// and bit 24 for bytes that are not in the alphabet.
var sextets = func() (t [4][256]uint32) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for place := range t {
		for c := range t[place] {
			t[place][c] = 1 << 24
		}
		for value := range len(alphabet) {
			t[place][alphabet[value]] = uint32(value) << (18 - 6*place)
		}
	}
	return t
}()
