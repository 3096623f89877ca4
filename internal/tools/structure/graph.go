package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
)

// A graph holds for each file the files that it uses.
type graph map[string]map[string]bool

// graph returns the file graph of the package.
func (p *pkg) graph() graph {
	g := graph{}
	fileOf := func(n interface{ Pos() token.Pos }) string { return filepath.Base(p.fset.Position(n.Pos()).Filename) }
	for _, file := range p.files {
		from := fileOf(file)
		g[from] = map[string]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if used := origin(p.info.Uses[id]); used != nil && used.Pkg() == p.types {
				if to := fileOf(used); to != from {
					g[from][to] = true
				}
			}
			return true
		})
	}
	return g
}

// origin returns the declared object of an instance of a generic type.
func origin(o types.Object) types.Object {
	switch o := o.(type) {
	case *types.Var:
		return o.Origin()
	case *types.Func:
		return o.Origin()
	}
	return o
}

// uses returns the files that file uses in alphabetical order.
func (g graph) uses(file string) []string { return slices.Sorted(maps.Keys(g[file])) }

// order returns the files so that each stands before those that it uses, as
// far as there are no rings.
func (g graph) order() []string {
	components := g.components()
	slices.Reverse(components)
	return slices.Concat(components...)
}

// rings returns the sets of files that depend on each other.
func (g graph) rings() [][]string {
	return slices.DeleteFunc(g.components(), func(c []string) bool { return len(c) == 1 })
}

// components returns the strongly connected components, each after those that
// it uses (Tarjan 1972).
func (g graph) components() [][]string {
	t := &tarjan{graph: g, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	for _, file := range slices.Sorted(maps.Keys(g)) {
		if _, seen := t.index[file]; !seen {
			t.visit(file)
		}
	}
	return t.found
}

type tarjan struct {
	graph      graph
	index, low map[string]int
	stack      []string
	open       map[string]bool // on the stack
	found      [][]string
}

func (t *tarjan) visit(file string) {
	t.index[file] = len(t.index)
	t.low[file] = t.index[file]
	t.stack, t.open[file] = append(t.stack, file), true
	for _, used := range t.graph.uses(file) {
		if _, seen := t.index[used]; !seen {
			t.visit(used)
			t.low[file] = min(t.low[file], t.low[used])
		} else if t.open[used] {
			t.low[file] = min(t.low[file], t.index[used])
		}
	}
	if t.low[file] != t.index[file] {
		return
	}
	start := slices.Index(t.stack, file)
	component := slices.Sorted(slices.Values(t.stack[start:]))
	for _, member := range component {
		t.open[member] = false
	}
	t.stack, t.found = t.stack[:start], append(t.found, component)
}
