package replay

import (
	"math"
	"time"
)

// seconds returns t as whole seconds since the Unix epoch, rounded up. For a now and an
// until that are both rounded up, now <= until still holds if it held before, so an
// entry is never forgotten too early, and less than a second too late. Times before
// 1970 and after 2106 count as the first and last second of that range.
func seconds(t time.Time) uint32 {
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return uint32(min(max(s, 1), math.MaxUint32)) // 0 marks a free slot
}
