package middleware_test

import (
	"runtime"
	"testing"
)

// frugal calls f, which reads an input of n bytes, and fails t if f allocates memory out
// of proportion to them. Other goroutines may allocate meanwhile, so it tries again
// before it reports.
func frugal(t *testing.T, n int, f func()) {
	t.Helper()
	const fixed, each, tries = 8 << 10, 60, 4 // bytes for any input, and for each byte of it
	var least, before, after = ^uint64(0), runtime.MemStats{}, runtime.MemStats{}
	for range tries {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		if least = min(least, after.TotalAlloc-before.TotalAlloc); least <= fixed+each*uint64(n) {
			return
		}
	}
	t.Errorf("%d bytes of memory for an input of %d", least, n)
}
