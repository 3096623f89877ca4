package claims

import "unsafe"

// tokenStorage is a Token with memory for its strings and lists, so that most
// tokens cost one allocation. What does not fit is allocated separately.
type tokenStorage struct {
	token Token
	slots [8]string
	text  [192]byte
}

// A stringBuf holds the strings of one token. They are copies: a token neither
// keeps the decoded payload alive nor changes when the payload's memory is reused.
// Only audiences of this API are the configured strings themselves.
type stringBuf struct{ buf []byte }

// decode returns the string raw, and false for other types.
func (b *stringBuf) decode(raw []byte) (string, bool) {
	s, ok := text(raw)
	if !ok {
		return "", false
	}
	return b.copy(s), true
}

// copy returns s as a string in the buffer.
func (b *stringBuf) copy(s []byte) string {
	const chunk = 128
	if len(s) > cap(b.buf)-len(b.buf) {
		// Earlier strings keep the old memory.
		b.buf = make([]byte, 0, max(chunk, len(s)))
	}
	start := len(b.buf)
	b.buf = append(b.buf, s...)
	return bytesString(b.buf[start:])
}

// bytesString is safe here because a stringBuf only appends: the bytes of a
// returned string are never written again.
func bytesString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// A stringSlots provides memory for the elements of a token's lists. Only one
// list may grow at a time.
type stringSlots struct{ free []string }

// start returns an empty list for appending. A list that outgrows the slots
// moves to memory of its own.
func (s *stringSlots) start() []string { return s.free[:0] }

// finish ends the growth of a list that began with start, and returns it without
// spare capacity. An empty list becomes nil.
func (s *stringSlots) finish(list []string) []string {
	n := len(list)
	if n == 0 {
		return nil
	}
	if cap(list) == cap(s.free) { // otherwise it has outgrown the slots
		s.free = s.free[n:]
	}
	return list[:n:n]
}
