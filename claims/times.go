package claims

import (
	"math"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// maxTime is the end of the year 9999, in seconds: a greater number is in
// another unit or nonsense.
const maxTime = 253402300799

// time returns the NumericDate at path (RFC 7519, section 2), the zero time if
// it is absent. Anything but a number in a sane range is malformed.
func (r *reader) time(path []string) time.Time {
	raw, ok := r.payload.lookup(path)
	if !ok {
		return time.Time{}
	}
	seconds, ok := strictjson.Float(raw)
	if !ok || seconds < 0 || seconds > maxTime {
		r.malformed = true
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9))
}

// lenientTime is time for a claim whose absence is the safe reading.
func (r *reader) lenientTime(path []string) time.Time {
	malformed := r.malformed
	t := r.time(path)
	r.malformed = malformed
	return t
}
