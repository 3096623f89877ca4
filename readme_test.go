package bearerguard_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestReadmeIsCompiled checks that the lines of every piece of Go in the README and
// in docs/issuers.md are part of an example of this package, which the compiler and the tests see.
func TestReadmeIsCompiled(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	issuers, err := os.ReadFile("docs/issuers.md")
	if err != nil {
		t.Fatal(err)
	}
	pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme)+string(issuers), -1)
	if len(pieces) == 0 {
		t.Fatal("there is no Go in the README")
	}
	compiled := unindented(string(source))
	for _, piece := range pieces {
		if !strings.Contains(compiled, unindented(piece[1])) {
			t.Errorf("not in example_test.go:\n%s", piece[1])
		}
	}
	for number, line := range strings.Split(string(readme), "\n") {
		// Tables cannot be wrapped.
		if length := utf8.RuneCountInString(line); length >= 120 && !strings.HasPrefix(line, "|") {
			t.Errorf("README.md:%d has %d characters, want fewer than 120", number+1, length)
		}
	}
	if lines := strings.Count(string(readme), "\n"); lines > 250 {
		t.Errorf("the README has %d lines, want at most 250", lines)
	}
}

// unindented removes indentation and empty lines from text.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
		}
	}
	return b.String()
}
