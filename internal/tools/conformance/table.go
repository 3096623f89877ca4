package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// printTable prints every row with its verdict and the test functions that ran
// under its id.
func printTable(w io.Writer, sections []section, found *results) {
	count := map[string]int{}
	for _, s := range sections {
		fmt.Fprintf(w, "## %s\n\n", s.title)
		for _, r := range s.rows {
			count[r.verdict]++
			printRow(w, r)
			var functions []string
			for _, t := range found.covered[r.id] {
				name, _, _ := strings.Cut(t.name, "/")
				functions = append(functions, strings.TrimPrefix(t.pkg+" "+name, " "))
			}
			slices.Sort(functions)
			for _, f := range slices.Compact(functions) {
				fmt.Fprintf(w, "\t%s\n", f)
			}
		}
		fmt.Fprintln(w)
	}
	for _, v := range verdicts {
		fmt.Fprintf(w, "%3d %s\n", count[v.word], v.shown)
	}
}

// printRows prints rows with every test that ran under their ids.
func printRows(w io.Writer, sections []section, found *results) {
	for _, s := range sections {
		for _, r := range s.rows {
			printRow(w, r)
			for _, t := range found.covered[r.id] {
				fmt.Fprintf(w, "\t%s %s %s\n", t.outcome, t.pkg, t.name)
			}
		}
	}
}

func printRow(w io.Writer, r row) {
	fmt.Fprintf(w, "%s %s: %s", r.id, shown(r.verdict), r.text)
	if r.decision != "" {
		fmt.Fprintf(w, " => %s", r.decision)
	}
	fmt.Fprintf(w, " [%s]\n", r.source)
}

// problems returns what is wrong with the verdicts of rows.
func problems(sections []section, found *results) []error {
	var errs []error
	for _, s := range sections {
		for _, r := range s.rows {
			passed := false
			for _, t := range found.covered[r.id] {
				passed = passed || t.outcome == "pass"
			}
			switch {
			case r.verdict == "holds" && !passed:
				errs = append(errs, fmt.Errorf("%s is said to hold, and no test passed under its id", r.id))
			case r.verdict != "holds" && r.verdict != "decided" && passed:
				errs = append(errs, fmt.Errorf("%s has tests and is %s", r.id, shown(r.verdict)))
			}
		}
	}
	return errs
}

// unknown returns the ids that tests ran under and that are no rows.
func unknown(sections []section, found *results) []error {
	rows := map[string]bool{}
	for _, s := range sections {
		for _, r := range s.rows {
			rows[r.id] = true
		}
	}
	var errs []error
	for id, tests := range found.covered {
		if !rows[id] {
			errs = append(errs, fmt.Errorf("%s %s runs under %s, which is no row", tests[0].pkg, tests[0].name, id))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}
