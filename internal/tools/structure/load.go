package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const module = "github.com/bearerguard/bearerguard"

// A pkg is a type-checked package of the module, without its tests.
type pkg struct {
	dir   string // relative to the module, "." for its root
	files []*ast.File
	fset  *token.FileSet
	types *types.Package
	info  *types.Info
}

// listed is what "go list" says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	DepOnly                 bool
}

// load type-checks the packages of the module that patterns match. Packages
// that they import are read from the build cache, which "go list" fills.
func load(patterns []string) ([]*pkg, error) {
	list := exec.Command("go", append([]string{"list", "-export", "-deps",
		"-json=ImportPath,Dir,Export,GoFiles,DepOnly"}, patterns...)...)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	var own []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly && len(l.GoFiles) > 0 {
			own = append(own, l)
		}
	}
	var pkgs []*pkg
	for _, l := range own {
		p, err := check(l, exports)
		if err != nil {
			return nil, err
		}
		pkgs = append(pkgs, p)
	}
	slices.SortFunc(pkgs, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return pkgs, nil
}

// check parses and type-checks one package.
func check(l listed, exports map[string]string) (*pkg, error) {
	p := &pkg{
		dir:  strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, module), "/"),
		fset: token.NewFileSet(),
		info: &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}},
	}
	if p.dir == "" {
		p.dir = "."
	}
	for _, name := range l.GoFiles {
		file, err := parser.ParseFile(p.fset, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
	}
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	config := types.Config{Importer: importer.ForCompiler(p.fset, "gc", open)}
	var err error
	p.types, err = config.Check(l.ImportPath, p.fset, p.files, p.info)
	return p, err
}

// public reports whether other modules can import the package and would.
func (p *pkg) public() bool {
	return p.types.Name() != "main" && !slices.Contains(strings.Split(p.dir, "/"), "internal")
}

// exported returns the exported package-level names in alphabetical order.
func (p *pkg) exported() []string {
	return slices.DeleteFunc(p.types.Scope().Names(), func(name string) bool { return !token.IsExported(name) })
}
