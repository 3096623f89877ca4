package main

import (
	"fmt"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A mutator runs tests in a module that has a switch for every check.
type mutator struct {
	dir     string
	verbose bool
	stages  []stage
	excused map[string]string // checks that are not tried, with the reason
	backed  map[string]string // checks that another one hides
}

// judge runs the tests for every check except the excused ones and prints the
// table.
func (m *mutator) judge(all []check) (survivors, left int) {
	var running sync.WaitGroup
	rows := make([]chan string, len(all))
	slots := make(chan struct{}, runtime.NumCPU())
	var mu sync.Mutex
	for i, c := range all {
		rows[i] = make(chan string, 1)
		file := c.hunks[0].path
		if reason, ok := m.excused[c.name]; ok {
			left++
			rows[i] <- fmt.Sprintf("| %s | %s | left out: %s |\n", c.name, file, reason)
			continue
		}
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			failed, out := m.try(c)
			if second := m.backed[c.name]; failed == "" && second != "" {
				failed = m.tryPair(c.name, second)
			}
			if failed == "" {
				mu.Lock()
				survivors++
				mu.Unlock()
				failed = "**none**"
				if m.verbose {
					fmt.Fprintf(os.Stderr, "%s\n%s\n", c.name, out)
				}
			}
			rows[i] <- fmt.Sprintf("| %s | %s | %s |\n", c.name, file, failed)
		})
	}
	for _, row := range rows {
		fmt.Print(<-row)
	}
	running.Wait()
	return survivors, left
}

// passes returns an error if a stage fails with every check in place, or runs no
// test.
func (m *mutator) passes() error {
	for _, s := range m.stages {
		out, _, err := s.test(m.dir, "", "-test.v", "-test.failfast")
		switch {
		case err != nil:
			return fmt.Errorf("%s fails with every check in place: %w\n%s", s.dir, err, out)
		case !s.ran(out):
			return fmt.Errorf("no test of %s is named %s", s.dir, s.run)
		}
	}
	return nil
}

// try runs the tests with one check switched off: those of its own package first, which
// usually notice it soon, and slow ones last. It returns the first test that fails, "" if
// all pass.
func (m *mutator) try(c check) (failed, output string) {
	own := func(s stage) bool { return s.dir == path.Dir(c.hunks[0].path) }
	ordered := slices.DeleteFunc(slices.Clone(m.stages), not(own))
	ordered = append(ordered, slices.DeleteFunc(slices.Clone(m.stages), own)...)
	for _, s := range ordered {
		if failed, output = m.tryStage(c, s.without(slow)); failed != "" {
			return failed, output
		}
	}
	for _, s := range ordered {
		if s.skip == "" {
			continue // it has run whole
		}
		if failed, output = m.tryStage(c, s); failed != "" {
			return failed, output
		}
	}
	return "", output
}

// tryStage is try for one stage.
func (m *mutator) tryStage(c check, s stage) (failed, output string) {
	output, late, err := s.test(m.dir, c.name, "-test.failfast")
	if err == nil {
		return "", output
	}
	failed = firstFailure(output)
	if late {
		failed = strings.TrimSpace(failed + " (did not end)")
	}
	if s.dir != "middleware" && s.dir != "adapters" {
		failed = s.dir + ": " + failed
	}
	return failed, output
}

func not(f func(stage) bool) func(stage) bool { return func(s stage) bool { return !f(s) } }

// tryPair returns the first case of the kit that fails with both checks switched
// off and not with the second alone, "" if there is none.
func (m *mutator) tryPair(name, second string) string {
	alone := m.failing(second)
	for _, found := range m.failing(name + "|" + second) {
		if !slices.Contains(alone, found) {
			return found + " (with this one off too: " + second + ")"
		}
	}
	return ""
}

// failing returns all cases of the kit that fail with checks switched off.
func (m *mutator) failing(names string) []string {
	var all []string
	for _, s := range m.stages {
		out, _, _ := s.test(m.dir, names)
		for _, match := range failure.FindAllStringSubmatch(out, -1) {
			if strings.Count(match[1], "/") == 3 { // a case, not its group
				all = append(all, match[1])
			}
		}
	}
	return all
}
