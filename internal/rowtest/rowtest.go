// Package rowtest lets "go test -run B-21" find the tests of a row of
// docs/requirements.md.
//
// The name of a Go function cannot hold a hyphen, so the rows' ids are in the
// names of subtests, and the -run flag, which is matched level by level, would
// look for them among the functions. A package that has such subtests calls Main
// from its TestMain.
package rowtest

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ID matches the id of a row, or of an attack, in a text.
var ID = regexp.MustCompile(`\b(?:ATK-[A-M][0-9]{2}|[A-Z]{1,3}-[0-9]{2})\b`)

// IDs returns the ids that name holds, each once.
func IDs(name string) []string {
	ids := ID.FindAllString(name, -1)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Main runs m's tests. If the -run flag is the id of a row, those functions run
// in whose source the id stands, and of their subtests those that have it in
// their names.
func Main(m *testing.M) int {
	if !flag.Parsed() {
		flag.Parse()
	}
	run := flag.Lookup("test.run")
	if id := run.Value.String(); ID.FindString(id) == id && id != "" {
		if pattern := Pattern(".", id); pattern != "" {
			_ = run.Value.Set(pattern)
		}
	}
	return m.Run()
}

// Pattern returns what -run has to be to find the tests of a row among those in
// dir, "" if there are none.
func Pattern(dir, id string) string {
	tests := Find(dir, id)
	if len(tests) == 0 {
		return ""
	}
	return "^(" + strings.Join(tests, "|") + ")$/(^|[^A-Z])" + id + "($|[^0-9])"
}

// Find returns the test functions in dir that hold id in a string, themselves
// or in something of their package that they use.
func Find(dir, id string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
	all := map[string]*declaration{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			continue
		}
		for _, d := range parsed.Decls {
			collect(all, d, id)
		}
	}
	var tests []string
	for name := range all {
		if strings.HasPrefix(name, "Test") && name != "TestMain" && holds(all, name, map[string]bool{}) {
			tests = append(tests, name)
		}
	}
	slices.Sort(tests)
	return tests
}

// A declaration is what a name of the package stands for, as far as it matters.
type declaration struct {
	has  bool // the id stands in it
	uses []string
}

func collect(all map[string]*declaration, d ast.Decl, id string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			all[d.Name.Name] = look(d, id)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, name := range v.Names {
					all[name.Name] = look(v, id)
				}
			}
		}
	}
}

func look(n ast.Node, id string) *declaration {
	found := &declaration{}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			found.has = found.has || n.Kind == token.STRING && slices.Contains(IDs(n.Value), id)
		case *ast.Ident:
			found.uses = append(found.uses, n.Name)
		}
		return true
	})
	return found
}

func holds(all map[string]*declaration, name string, seen map[string]bool) bool {
	d := all[name]
	if d == nil || seen[name] {
		return false
	}
	seen[name] = true
	return d.has || slices.ContainsFunc(d.uses, func(used string) bool { return holds(all, used, seen) })
}
