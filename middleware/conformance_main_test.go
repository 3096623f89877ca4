package middleware_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/bearerguard/bearerguard/internal/rowtest"
)

// TestMain makes "go test -run B-21" find the tests of a row of
// docs/requirements.md, whose ids stand in the names of subtests. After a run
// that left nothing out it holds that page against the tests that ran.
func TestMain(m *testing.M) {
	code := rowtest.Main(m)
	if code == 0 && ranAll() {
		if err := checkTable(); err != nil {
			fmt.Printf("--- FAIL: docs/requirements.md\n%v\nFAIL\n", err)
			code = 1
		}
	}
	os.Exit(code)
}
