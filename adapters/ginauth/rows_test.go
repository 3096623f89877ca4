package ginauth_test

import (
	"os"
	"testing"

	"github.com/bearerguard/bearerguard/internal/rowtest"
)

// TestMain makes "go test -run B-21" find the tests of a row of
// docs/requirements.md, whose ids stand in the names of subtests.
func TestMain(m *testing.M) { os.Exit(rowtest.Main(m)) }
