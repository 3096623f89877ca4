package examples_test

import (
	"bytes"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSmallPrograms: a complete program with a protected route takes at most 20 lines,
// blank ones and imports included, as gofmt writes them.
func TestSmallPrograms(t *testing.T) {
	if out, err := exec.Command("go", "build", "./small/...").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob("small/*/main.go")
	if err != nil || len(files) != 3 {
		t.Fatalf("programs %q, %v, want one for each of net/http, Echo and Gin", files, err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if formatted, err := format.Source(source); err != nil || !bytes.Equal(source, formatted) {
				t.Errorf("not as gofmt writes it: %v", err)
			}
			lines := bytes.Split(bytes.TrimSpace(source), []byte("\n"))
			if len(lines) > 20 {
				t.Errorf("%d lines, want at most 20", len(lines))
			}
			for number, line := range lines {
				if len(line) > 110 {
					t.Errorf("line %d has %d columns", number+1, len(line))
				}
			}
		})
	}
}
