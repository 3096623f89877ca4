package strictjson_test

import (
	"strconv"
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
)

// frugal fails t if f, which reads an input of n bytes, allocates memory out of proportion
// to them.
func frugal(t *testing.T, n int, f func()) {
	t.Helper()
	growth.Frugal(t, n, 1<<10, 40, f)
}

// manyNames returns different names.
func manyNames(prefix string, n int) []string {
	var names []string
	for i := range n {
		names = append(names, prefix+strconv.Itoa(i))
	}
	return names
}
