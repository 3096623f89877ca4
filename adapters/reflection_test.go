package adapters_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestNoAccessToInternals shows that no adapter reads what its framework does
// not export, and that none compares functions by their code. Gin leaves one
// exception, which the comment in ginauth/router.go explains.
func TestNoAccessToInternals(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			switch path, _ := strconv.Unquote(spec.Path.Value); path {
			case "unsafe", "runtime":
				t.Errorf("%s imports %s", file, path)
			case "reflect":
				if filepath.ToSlash(file) != "ginauth/router.go" {
					t.Errorf("%s imports %s", file, path)
				}
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				switch s.Sel.Name {
				case "NewAt", "UnsafePointer", "UnsafeAddr":
					t.Errorf("%s uses %s", file, s.Sel.Name)
				}
			}
			return true
		})
	}
}
