package dialects_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims/dialects"
)

// A row is a line of the tables of issuers in docs/issuers.md.
type row struct {
	family  string // the first cell
	dialect string // the function
	section string // the heading over the table
}

const zeroDialect = "the zero claims.Dialect"

// issuerRows returns the rows of all tables of issuers, and the file.
func issuerRows(t *testing.T) ([]row, string) {
	t.Helper()
	file, err := os.ReadFile("../../docs/issuers.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	section := ""
	for line := range strings.Lines(string(file)) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(heading)
		}
		cells := strings.Split(line, " | ")
		if len(cells) != 7 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Issuer") {
			continue
		}
		for i, cell := range cells {
			if strings.Trim(cell, "| \n") == "" {
				t.Errorf("row %s: cell %d is empty", cells[0], i+1)
			}
		}
		family := strings.TrimPrefix(cells[0], "| ")
		rows = append(rows, row{family, strings.ReplaceAll(cells[1], "`", ""), section})
	}
	return rows, string(file)
}

// TestEveryDialectIsDocumented compares the functions of this package with the rows
// of the tables of issuers. Several families may share a function.
func TestEveryDialectIsDocumented(t *testing.T) {
	rows, _ := issuerRows(t)
	families := map[string]int{}
	documented := map[string]bool{}
	for _, r := range rows {
		families[r.family]++
		documented[r.dialect] = true
	}
	for family, n := range families {
		if n != 1 {
			t.Errorf("%s has %d rows, want one", family, n)
		}
	}
	for _, name := range append(dialectFunctions(t), zeroDialect) {
		if !documented[name] {
			t.Errorf("%s has no row", name)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("a row names %q, which is no function", name)
	}
}

// TestEveryFamilyIsInTheIndex compares the links at the top of the file with the
// rows: a link names a family in the section that it leads to, and every family but
// the last resort has one. The links are in alphabetical order.
func TestEveryFamilyIsInTheIndex(t *testing.T) {
	rows, file := issuerRows(t)
	_, index, _ := strings.Cut(file, "Find your issuer:")
	index, _, ok := strings.Cut(index, "\n\n")
	if !ok {
		t.Fatal("no list of links")
	}
	found := map[string]bool{}
	var names []string
	for _, link := range regexp.MustCompile(`\[([^]]+)\]\(#([^)]+)\)`).FindAllStringSubmatch(index, -1) {
		name, anchor := link[1], link[2]
		names = append(names, strings.ToLower(name))
		matches := 0
		for _, r := range rows {
			if slug(r.section) == anchor && (r.family == name || containsName(r.family, name)) {
				matches++
				found[r.family] = true
			}
		}
		if matches != 1 {
			t.Errorf("link %s: %d rows under #%s, want one", name, matches, anchor)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("the links are not in alphabetical order: %q", names)
	}
	for _, r := range rows {
		if !found[r.family] && r.dialect != zeroDialect {
			t.Errorf("no link leads to %s", r.family)
		}
	}
}

// containsName reports whether name is one of the names in family, which are between
// commas and parentheses.
func containsName(family, name string) bool {
	for part := range strings.FieldsFuncSeq(family, func(c rune) bool { return strings.ContainsRune(",()", c) }) {
		for part := range strings.SplitSeq(part, " and ") {
			if strings.TrimSpace(part) == name {
				return true
			}
		}
	}
	return false
}

// slug returns the anchor of a heading.
func slug(heading string) string {
	return strings.ReplaceAll(strings.ToLower(heading), " ", "-")
}

// TestEveryDialectHasAName compares the functions of this package with the names
// that ByName knows.
func TestEveryDialectHasAName(t *testing.T) {
	functions := dialectFunctions(t)
	if got, want := len(dialects.Names()), len(functions)+1; got != want { // the zero Dialect has no function
		t.Errorf("%d names, want %d for the functions %v", got, want, functions)
	}
}

// dialectFunctions returns the names of the exported functions of this package
// that have no parameters and return a Dialect.
func dialectFunctions(t testing.TB) []string {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() != 1 {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr); ok && result.Sel.Name == "Dialect" {
				names = append(names, f.Name.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
