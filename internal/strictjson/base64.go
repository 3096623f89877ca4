package strictjson

import (
	"encoding/binary"
	"slices"
)

// DecodeBase64URL appends the bytes of s, in the base64url encoding without padding
// of RFC 7515, section 2, to dst. It accepts only the one spelling that an
// encoder gives: no padding, no line breaks, no other alphabet, no unused bits
// set (RFC 4648, sections 3.1 to 3.5). The error is ErrBase64, and then dst is
// returned with its length unchanged. The room behind what is returned may have
// been written to.
//
// encoding/base64 skips line breaks, even in its strict mode, and takes half as
// long again, which is the largest single part of what a token costs besides
// its signature.
func DecodeBase64URL(dst []byte, s string) ([]byte, error) {
	if len(s)%4 == 1 { // such a character would hold no whole byte
		return dst, ErrBase64
	}
	size := len(dst) + len(s)/4*3 + len(s)%4*3/4
	grown := slices.Grow(dst, size-len(dst)+2) // a step of eight characters writes two bytes beyond its six
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
		seen |= bits | bits&0xFFFF<<16 // unused bits count as a wrong character
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

// group returns the 24 bits that four characters stand for, and more than 24 if
// one of them is not of the alphabet.
func group(a, b, c, d byte) uint32 {
	return sextets[0][a] | sextets[1][b] | sextets[2][c] | sextets[3][d]
}

// sextets are the bits that a character stands for at each place in its group
// of four, and a bit above all of a group's for what is no character of the
// alphabet.
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
