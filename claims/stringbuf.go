package claims

import "strings"

// A stringBuf holds the strings of one token, so that most tokens need one
// allocation for all of them. They are copies: a token neither keeps the decoded
// payload alive nor changes when the payload's memory is reused. Only audiences of
// this API are the configured strings themselves.
type stringBuf struct{ strings.Builder }

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
	const chunk = 192
	if len(s) > b.Cap()-b.Len() {
		// Earlier strings keep the old memory.
		b.Reset()
		b.Grow(max(chunk, len(s)))
	}
	start := b.Len()
	b.Write(s)
	return b.String()[start:]
}
