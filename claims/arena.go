package claims

import (
	"unsafe"
)

// storage is a Token with room for its strings and lists beside it, so that most
// tokens cost one allocation. What does not fit goes elsewhere.
type storage struct {
	token Token
	names [8]string
	text  [192]byte
}

// An arena holds the strings of one token, so that the token does not hold on
// to the whole decoded payload.
type arena struct{ buf []byte }

// decode returns the JSON string raw of a payload that was read, decoded, and
// whether it is a string.
func (a *arena) decode(raw []byte) (string, bool) {
	s, ok := text(raw)
	if !ok {
		return "", false
	}
	return a.copy(s), true
}

// copy returns s as a string of the arena.
func (a *arena) copy(s []byte) string {
	a.grow(len(s))
	start := len(a.buf)
	a.buf = append(a.buf, s...)
	return bytesString(a.buf[start:])
}

// grow makes room for n bytes, in a new piece of memory if need be: the strings
// in the old one stay where they are.
func (a *arena) grow(n int) {
	const piece = 128
	if n > cap(a.buf)-len(a.buf) {
		a.buf = make([]byte, 0, max(piece, n))
	}
}

// bytesString is safe here because an arena only ever appends: the bytes under
// a string that it gave out are never written again.
func bytesString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// A shelf is the room that is left for the elements of a token's lists. One
// list is made at a time.
type shelf struct{ free []string }

// room returns an empty list. One that outgrows the shelf goes elsewhere.
func (s *shelf) room() []string { return s.free[:0] }

// keep ends the making of a list that began with room.
func (s *shelf) keep(list []string) []string {
	n := len(list)
	if n == 0 {
		return nil
	}
	if cap(list) == cap(s.free) { // else it has outgrown the shelf
		s.free = s.free[n:]
	}
	return list[:n:n]
}
