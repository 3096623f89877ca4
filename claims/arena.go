package claims

import (
	"unsafe"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// An arena gives the strings of one token a common piece of memory, so that a
// token costs one allocation for all of them and does not hold on to the whole
// decoded payload.
type arena struct{ buf []byte }

// decode returns the JSON string raw, decoded.
func (a *arena) decode(raw []byte) (string, bool) {
	if len(raw) > cap(a.buf)-len(a.buf) {
		a.buf = make([]byte, 0, max(arenaSize, len(raw)))
	}
	start := len(a.buf)
	buf, ok := strictjson.AppendString(a.buf, raw)
	if !ok {
		return "", false
	}
	a.buf = buf
	return bytesString(buf[start:]), true
}

// copy returns s as a string of the arena.
func (a *arena) copy(s []byte) string {
	if len(s) > cap(a.buf)-len(a.buf) {
		a.buf = make([]byte, 0, max(arenaSize, len(s)))
	}
	start := len(a.buf)
	a.buf = append(a.buf, s...)
	return bytesString(a.buf[start:])
}

// arenaSize holds the strings of most tokens; the runtime has a size class of
// exactly this many bytes.
const arenaSize = 256

// bytesString is safe here because an arena only ever appends: the bytes under
// a string that it gave out are never written again.
func bytesString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
