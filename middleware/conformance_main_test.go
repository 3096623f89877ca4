package middleware_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain holds docs/requirements.md against the tests that ran, after a run
// that left nothing out.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && ranAll() {
		if err := checkTable(); err != nil {
			fmt.Printf("--- FAIL: docs/requirements.md\n%v\nFAIL\n", err)
			code = 1
		}
	}
	os.Exit(code)
}
