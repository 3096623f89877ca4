package middleware_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
)

// frugal fails t if f, which reads an input of n bytes, allocates memory out of proportion
// to them.
func frugal(t *testing.T, n int, f func()) {
	t.Helper()
	growth.Frugal(t, n, 8<<10, 60, f)
}
