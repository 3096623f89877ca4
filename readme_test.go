package bearerguard_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeIsCompiled: every piece of Go in the README stands, line by line,
// in an example of this package, which the compiler and the tests see.
func TestReadmeIsCompiled(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(pieces) == 0 {
		t.Fatal("no piece of Go in the README")
	}
	compiled := unindented(string(source))
	for _, piece := range pieces {
		if !strings.Contains(compiled, unindented(piece[1])) {
			t.Errorf("not in example_test.go:\n%s", piece[1])
		}
	}
	if lines := strings.Count(string(readme), "\n"); lines > 250 {
		t.Errorf("the README has %d lines, which nobody reads; want at most 250", lines)
	}
}

// unindented returns the lines of text without white space around them and
// without empty lines.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
		}
	}
	return b.String()
}
