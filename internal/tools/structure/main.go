// Command structure prints how the files of each package depend on each other,
// and how many names the module exports.
//
//	go run ./internal/tools/structure [-names] [package ...]
//
// A file depends on another file of its package if it uses a name that the
// other one declares: a type, a function, a variable, a method or a field, as
// the type checker resolves it. Test files do not count. Without arguments the
// command prints every package of the module that has more than one file. With
// -names it prints the exported package-level names instead. The command exits
// with 1 if files depend on each other in a ring.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	names := flag.Bool("names", false, "print the exported package-level names")
	flag.Parse()
	patterns := flag.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	pkgs, err := load(patterns)
	if err != nil {
		fmt.Fprintln(os.Stderr, "structure:", err)
		os.Exit(1)
	}
	if *names {
		printNames(pkgs)
		return
	}
	if !printGraphs(pkgs) {
		os.Exit(1)
	}
}

// printNames prints the public packages with their exported names.
func printNames(pkgs []*pkg) {
	total := 0
	for _, p := range pkgs {
		if !p.public() {
			continue
		}
		exported := p.exported()
		total += len(exported)
		fmt.Printf("%-24s %3d  %s\n", p.dir, len(exported), strings.Join(exported, " "))
	}
	fmt.Printf("%-24s %3d\n", "all", total)
}

// printGraphs prints the file graph of each package and reports whether all are
// free of rings.
func printGraphs(pkgs []*pkg) bool {
	sound := true
	for _, p := range pkgs {
		graph := p.graph()
		if len(graph) < 2 {
			continue
		}
		fmt.Printf("%s\n", p.dir)
		for _, file := range graph.order() {
			fmt.Printf("    %-26s %s\n", file, strings.Join(graph.uses(file), " "))
		}
		for _, ring := range graph.rings() {
			sound = false
			fmt.Printf("    RING of %d files: %s\n", len(ring), strings.Join(ring, " "))
		}
	}
	return sound
}
