package bearerguard_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/middleware"
)

// documents are the pages with pieces of Go, and the files that have the pieces.
var documents = map[string][]string{
	"README.md":            {"example_test.go"},
	"docs/issuers.md":      {"example_test.go"},
	"docs/bound-tokens.md": {"bound_test.go"},
	"docs/recipes.md": {
		"recipes_test.go", "recipes_streams_test.go", "recipes_requests_test.go", "bound_test.go",
		"adapters/httpauth/routers/recipes_test.go",
		"examples/small/nethttp/main.go", "examples/small/echo/main.go", "examples/small/gin/main.go",
	},
}

// TestDocumentsAreCompiled checks that the lines of every piece of Go in the documents are
// part of an example or a program, which the compiler and the tests see.
func TestDocumentsAreCompiled(t *testing.T) {
	for document, sources := range documents {
		pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(text(t, document), -1)
		if len(pieces) == 0 {
			t.Errorf("there is no Go in %s", document)
		}
		var compiled string
		for _, source := range sources {
			compiled += unindented(text(t, source))
		}
		for _, piece := range pieces {
			if !strings.Contains(compiled, unindented(piece[1])) {
				t.Errorf("%s: not in %q:\n%s", document, sources, piece[1])
			}
		}
	}
}

// TestLinksToRecipes checks that the sections exist to which links lead, and that the list
// at the top has all of them.
func TestLinksToRecipes(t *testing.T) {
	page := text(t, "docs/recipes.md")
	sections := map[string]bool{}
	for _, heading := range regexp.MustCompile("(?m)^## (.*)$").FindAllStringSubmatch(page, -1) {
		anchor := strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-")
		sections[strings.ReplaceAll(anchor, "/", "")] = false
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(page, -1) {
		if _, ok := sections[link[1]]; !ok {
			t.Errorf("there is no section #%s", link[1])
		}
		sections[link[1]] = true
	}
	fromReadme := regexp.MustCompile(`\]\(docs/recipes\.md#([^)]*)\)`)
	for _, link := range fromReadme.FindAllStringSubmatch(text(t, "README.md"), -1) {
		if _, ok := sections[link[1]]; !ok {
			t.Errorf("the README links to #%s, and there is no such section", link[1])
		}
	}
	for section, linked := range sections {
		if !linked {
			t.Errorf("the list at the top of the page lacks #%s", section)
		}
	}
}

// TestTheTableOfProxies checks that New accepts what docs/bound-tokens.md says of each proxy.
func TestTheTableOfProxies(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| ([^|]*) \\| .* \\| `([A-Za-z0-9-]+)` \\| `([a-z0-9]+)` \\|$")
	rows := row.FindAllStringSubmatch(text(t, "docs/bound-tokens.md"), -1)
	for _, r := range rows {
		issuer, config := recipe()
		config.Certificates = &middleware.Certificates{Header: r[2], Format: r[3], Proxies: []string{"10.1.0.0/16"}}
		if _, err := middleware.New(config); err != nil {
			t.Errorf("%s: %v", r[1], err)
		}
		issuer.Close()
	}
	if len(rows) < 8 {
		t.Errorf("%d proxies", len(rows))
	}
}

// text returns the text of a file.
func text(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReadmeIsShort checks the length of the README and of its lines.
func TestReadmeIsShort(t *testing.T) {
	readme := text(t, "README.md")
	for number, line := range strings.Split(readme, "\n") {
		// Tables cannot be wrapped.
		if length := utf8.RuneCountInString(line); length >= 120 && !strings.HasPrefix(line, "|") {
			t.Errorf("README.md:%d has %d characters, want fewer than 120", number+1, length)
		}
	}
	if lines := strings.Count(readme, "\n"); lines > 250 {
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
