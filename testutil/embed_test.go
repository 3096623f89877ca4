package testutil_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A program that embeds the server must not get test flags, nor package testing.
func TestNoTestFlags(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to build a program with")
	}
	run := func(args ...string) []string {
		cmd := exec.Command(goTool, args...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, stderr.String())
		}
		return strings.Fields(string(out))
	}
	if out := run("run", "./testdata/flags"); !slices.Equal(out, []string{"done"}) {
		t.Errorf("the program has flags: %v", out)
	}
	for _, path := range run("list", "-deps", "./testdata/flags") {
		if path == "testing" || strings.HasPrefix(path, "testing/") || path == "net/http/httptest" {
			t.Errorf("the program has package %s", path)
		}
		if strings.HasSuffix(path, "/bearerguard/middleware") {
			t.Errorf("testutil imports %s", path)
		}
	}
}
