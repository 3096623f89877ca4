package dialects_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims/dialects"
)

// TestEveryDialectIsDocumented compares the functions of this package with the
// rows of the table of issuers.
func TestEveryDialectIsDocumented(t *testing.T) {
	table, err := os.ReadFile("../../docs/issuers.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for line := range strings.Lines(string(table)) {
		cells := strings.Split(line, " | ")
		if len(cells) != 7 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Issuer") {
			continue
		}
		rows[strings.Trim(cells[1], "`")]++
		for i, cell := range cells {
			if strings.Trim(cell, "| \n") == "" {
				t.Errorf("row %s: cell %d is empty", cells[0], i+1)
			}
		}
	}
	if rows["the zero `claims.Dialect"] != 1 {
		t.Error("no row for the zero Dialect")
	}
	delete(rows, "the zero `claims.Dialect")
	for _, name := range dialectFunctions(t) {
		if rows[name] != 1 {
			t.Errorf("%s has %d rows, want one", name, rows[name])
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("row %q names no function", name)
	}
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
