package growth

import (
	"runtime"
	"testing"
)

// Frugal calls f, which reads an input of n bytes, and fails t if f allocates more than
// fixed bytes and each bytes for each byte of the input. Other goroutines may allocate
// meanwhile, so it tries again before it reports.
func Frugal(t testing.TB, n, fixed, each int, f func()) {
	t.Helper()
	const tries = 4
	var least, before, after = ^uint64(0), runtime.MemStats{}, runtime.MemStats{}
	for range tries {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		if least = min(least, after.TotalAlloc-before.TotalAlloc); least <= uint64(fixed+each*n) {
			return
		}
	}
	t.Errorf("%d bytes of memory for an input of %d", least, n)
}
