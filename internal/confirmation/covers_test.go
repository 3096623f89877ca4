package confirmation_test

import (
	"strings"
	"testing"
)

// covers marks t as a test of the requirements with these ids, separated by
// spaces. internal/tools/conformance prints the table of requirements with
// the tests that cover each.
func covers(t *testing.T, ids string) {
	t.Helper()
	for id := range strings.FieldsSeq(ids) {
		t.Attr("requirement", id)
	}
}
