package main

import (
	"slices"
	"testing"
)

// TestFilesFormNoRing fails if the files of a package depend on each other in a
// ring: such a package can only be read as a whole.
func TestFilesFormNoRing(t *testing.T) {
	pkgs, err := load([]string{module + "/..."})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, ring := range p.graph().rings() {
			t.Errorf("%s: %d files depend on each other: %v", p.dir, len(ring), ring)
		}
	}
}

// TestExportedNamesStayWithinTheirBudget fails if the public face grows beyond
// what was decided.
func TestExportedNamesStayWithinTheirBudget(t *testing.T) {
	const budget = 170
	pkgs, err := load([]string{module + "/..."})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, p := range pkgs {
		if p.public() {
			total += len(p.exported())
		}
	}
	if total > budget {
		t.Errorf("%d exported names, %d are allowed", total, budget)
	}
}

func TestRingsAreFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		graph graph
		want  [][]string
	}{
		{"a chain has none", graph{"a": {"b": true}, "b": {"c": true}, "c": {}}, nil},
		{"two files that use each other", graph{"a": {"b": true}, "b": {"a": true}}, [][]string{{"a", "b"}}},
		{"a ring of three and a file that uses it",
			graph{"a": {"b": true}, "b": {"c": true}, "c": {"a": true}, "d": {"a": true}},
			[][]string{{"a", "b", "c"}}},
		{"two rings", graph{"a": {"b": true}, "b": {"a": true, "c": true}, "c": {"d": true}, "d": {"c": true}},
			[][]string{{"c", "d"}, {"a", "b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.graph.rings(); !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("rings() = %v, want %v", got, c.want)
			}
		})
	}
}

func TestFilesAreOrderedBeforeThoseTheyUse(t *testing.T) {
	g := graph{"a": {"c": true}, "b": {"a": true}, "c": {}}
	if got, want := g.order(), []string{"b", "a", "c"}; !slices.Equal(got, want) {
		t.Errorf("order() = %v, want %v", got, want)
	}
}
