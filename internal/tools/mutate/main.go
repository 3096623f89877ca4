// Command mutate shows that the tests notice when a check of the library is
// missing. It copies the module, gives every check a switch, builds the tests
// once, and runs them with one check switched off at a time:
//
//	go run ./internal/tools/mutate [-v] [-kit] [name ...]
//
// It prints, for each check, its file and the first test that failed. It exits
// with 1 if no test notices that a check is missing. Names choose checks; a name
// that is no check, such as "none", stops after every check in place has passed.
// With -kit the only tests are those of the attack kit against guards of this
// library; kit.go says which checks the kit cannot show, and why.
//
// A check is a unified diff in the folder checks, named after it, that puts the
// call off("its name") into the code. To add one, put the call into the code and
// write the difference to a file:
//
//	git diff -U1 > internal/tools/mutate/checks/its-name.diff
//
// The diffs are applied in the order of their names, each to the result of those
// before it. A hunk goes where its lines are, which must be in the file exactly
// once; the numbers in its header do not count. Two checks on one line work if the
// second diff has the line as the first leaves it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

const checks = "internal/tools/mutate/checks"

func main() {
	verbose := flag.Bool("v", false, "print what the tests of surviving mutants print")
	kitOnly := flag.Bool("kit", false, "run the attack kit and nothing else")
	flag.Parse()
	if err := run(*verbose, *kitOnly, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(verbose, kitOnly bool, only []string) error {
	start := time.Now()
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := copyModule(dir); err != nil {
		return err
	}
	all, err := readChecks(checks)
	if err != nil {
		return err
	}
	if err := instrument(dir, all); err != nil {
		return err
	}
	if err := checkNames(all); err != nil {
		return err
	}
	m := &mutator{dir: dir, verbose: verbose, stages: stages(all)}
	if kitOnly {
		m.stages, m.excused, m.backed = kit, beyond, backed
	}
	if err := m.build(); err != nil {
		return err
	}
	if err := m.passes(); err != nil {
		return err
	}
	fmt.Printf("%d checks, built and run once in %.0f s\n\n| check | file | first test that fails without it |\n|---|---|---|\n", len(all), time.Since(start).Seconds())
	if len(only) > 0 {
		all = slices.DeleteFunc(all, func(c check) bool { return !slices.Contains(only, c.name) })
	}
	survivors, left := m.judge(all)
	fmt.Printf("\n%d of %d noticed, %d left out, after %.0f s\n", len(all)-survivors-left, len(all), left, time.Since(start).Seconds())
	if survivors > 0 {
		return fmt.Errorf("no test notices that %d checks are missing", survivors)
	}
	return nil
}

// checkNames holds the names in kit.go against those of the checks.
func checkNames(all []check) error {
	var errs []error
	for _, names := range []map[string]string{beyond, backed} {
		for name := range names {
			if !slices.ContainsFunc(all, func(c check) bool { return c.name == name }) {
				errs = append(errs, fmt.Errorf("kit.go names %q, and there is no such check", name))
			}
		}
	}
	return errors.Join(errs...)
}
