// Command mutate shows that the tests notice it when a check of the library is
// left out. It copies the module, gives every check a switch, builds the tests
// once, and runs them with one check switched off at a time:
//
//	go run ./.ci/mutate [-v] [-kit] [name ...]
//
// It prints, for every check, its file and the first test that failed, and exits
// with 1 if there is one that no test noticed. With -kit the only tests are those
// of the attack kit, testutil.Attack, against guards of this library; kit.go says
// what is no matter for it, and why.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// stages are the tests to run, the most telling first: the first that fails
// ends the matter. Tests of load and speed judge something else.
var stages = []stage{
	{name: "middleware", dir: "middleware", skip: "Load|Bench|Allocs|ManyTenants"},
	{name: "keyring", dir: "middleware/internal/keyring", skip: "Load|Bench|Allocs"},
	{name: "claims", dir: "claims", skip: "Alloc"},
	{name: "strictjson", dir: "internal/strictjson", skip: "Alloc"},
	{name: "httpauth", dir: "adapters/httpauth"},
}

type stage struct{ name, dir, run, skip string }

// patience is how long a stage may take with a check switched off.
const patience = time.Minute

type mutant struct{ name, file string }

func main() {
	verbose := flag.Bool("v", false, "print what the tests of surviving mutants print")
	kitOnly := flag.Bool("kit", false, "run the attack kit and nothing else")
	flag.Parse()
	var excused map[string]string
	if *kitOnly {
		stages, excused = kit, beyond
	}
	if err := run(*verbose, flag.Args(), excused); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(verbose bool, only []string, excused map[string]string) error {
	start := time.Now()
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := copyModule(dir); err != nil {
		return err
	}
	mutants, err := instrument(dir)
	if err != nil {
		return err
	}
	built := map[string]bool{}
	for _, names := range []map[string]string{excused, backed} {
		for name := range names {
			if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.name == name }) {
				return fmt.Errorf("kit.go names %q, and there is no such check", name)
			}
		}
	}
	for _, s := range stages {
		if built[s.name] {
			continue
		}
		built[s.name] = true
		build := exec.Command("go", "test", "-c", "-vet=off", "-o", filepath.Join(dir, s.name+".test"), "./"+s.dir)
		build.Dir = dir
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building the tests of %s: %w\n%s", s.dir, err, out)
		}
	}
	if failed, out := try(dir, ""); failed != "" {
		return fmt.Errorf("%s fails with every check in place\n%s", failed, out)
	}
	fmt.Printf("%d checks, built and run once in %.0f s\n\n| check | file | first test that fails without it |\n|---|---|---|\n", len(mutants), time.Since(start).Seconds())
	if len(only) > 0 {
		mutants = slices.DeleteFunc(mutants, func(m mutant) bool { return !slices.Contains(only, m.name) })
	}
	survivors, left := judge(dir, mutants, excused, verbose)
	fmt.Printf("\n%d of %d noticed, %d left out, after %.0f s\n", len(mutants)-survivors-left, len(mutants), left, time.Since(start).Seconds())
	if survivors > 0 {
		return fmt.Errorf("%d checks could be left out", survivors)
	}
	return nil
}

// judge runs the tests for every mutant but the excused and prints the table.
func judge(dir string, mutants []mutant, excused map[string]string, verbose bool) (survivors, left int) {
	var all sync.WaitGroup
	rows := make([]chan string, len(mutants))
	room := make(chan struct{}, max(1, runtime.NumCPU()))
	var mu sync.Mutex
	for i, m := range mutants {
		rows[i] = make(chan string, 1)
		if reason, ok := excused[m.name]; ok {
			left++
			rows[i] <- fmt.Sprintf("| %s | %s | left out: %s |\n", m.name, m.file, reason)
			continue
		}
		all.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			failed, out := try(dir, m.name)
			if second := backed[m.name]; failed == "" && second != "" && excused != nil {
				failed = tell(dir, m.name, second)
			}
			if failed == "" {
				mu.Lock()
				survivors++
				mu.Unlock()
				failed = "**none**"
				if verbose {
					fmt.Fprintf(os.Stderr, "%s\n%s\n", m.name, out)
				}
			}
			rows[i] <- fmt.Sprintf("| %s | %s | %s |\n", m.name, m.file, failed)
		})
	}
	for _, row := range rows {
		fmt.Print(<-row)
	}
	all.Wait()
	return survivors, left
}

// copyModule copies the module in the working directory to dir, but for nested
// modules and what is not code or test data.
func copyModule(dir string) error {
	return filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, nested := os.Stat(filepath.Join(path, "go.mod"))
			if path != "." && (nested == nil || entry.Name() == ".git" || entry.Name() == "node_modules") {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(dir, path), 0o755)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), text, 0o644)
	})
}

var offName = regexp.MustCompile(`off\("([^"]+)"\)`)

// instrument makes the edits and gives each changed package the function off.
func instrument(dir string) ([]mutant, error) {
	var mutants []mutant
	var errs []error
	for _, e := range edits {
		file, err := e.apply(filepath.Join(dir, filepath.FromSlash(e.dir)))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, found := range offName.FindAllStringSubmatch(e.new, -1) {
			if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.name == found[1] }) {
				mutants = append(mutants, mutant{found[1], e.dir + "/" + file})
			}
		}
	}
	return mutants, errors.Join(errs...)
}

// apply makes the edit in the package at dir and returns the name of the file.
func (e edit) apply(dir string) (string, error) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	place, count := "", 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), e.old); n > 0 {
			place, count = file, count+n
		}
	}
	if count != 1 {
		return "", fmt.Errorf("%s: found %d times, once expected:\n%s", e.dir, count, e.old)
	}
	text, err := os.ReadFile(place)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(place, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o644); err != nil {
		return "", err
	}
	return filepath.Base(place), os.WriteFile(filepath.Join(dir, "off_switch.go"),
		[]byte("package "+filepath.Base(dir)+"\n\nimport (\n\t\"os\"\n\t\"strings\"\n)\n\nvar switchedOff = os.Getenv(\"MUTANT\")\n\nfunc off(name string) bool { return strings.Contains(switchedOff, \"|\"+name+\"|\") }\n"), 0o644)
}

// try runs the tests with one check switched off and returns the first that
// fails, "" if all pass.
func try(dir, name string) (failed, output string) {
	for _, s := range stages {
		args := []string{"-test.failfast"}
		if s.skip != "" {
			args = append(args, "-test.skip", s.skip)
		}
		out, late, err := s.test(dir, name, args...)
		if err == nil {
			continue
		}
		found := firstFailure(out)
		if late {
			found = strings.TrimSpace(found + " (did not end)")
		}
		if s.name != "middleware" && s.name != "kit" {
			found = s.name + ": " + found
		}
		return found, out
	}
	return "", output
}

// test runs the stage's tests with the checks names switched off, separated by
// bars, and tells what they print and whether they took too long.
func (s stage) test(dir, names string, args ...string) (output string, late bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	test := exec.CommandContext(ctx, filepath.Join(dir, s.name+".test"), append(args, "-test.run", cmp.Or(s.run, "^Test"))...)
	test.Dir = filepath.Join(dir, filepath.FromSlash(s.dir))
	test.Env = append(os.Environ(), "MUTANT=|"+names+"|")
	out, err := test.CombinedOutput()
	return string(out), ctx.Err() != nil, err
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// firstFailure returns the first failing test in what go test printed, with the
// subtest, if one is named.
func firstFailure(out string) string {
	found := ""
	for _, m := range failure.FindAllStringSubmatch(out, -1) {
		if found != "" && !strings.HasPrefix(m[1], found+"/") {
			break
		}
		found = m[1]
	}
	if found == "" && strings.Contains(out, "panic:") {
		found = "a panic"
		if _, after, ok := strings.Cut(out, "_test.Test"); ok {
			name, _, _ := strings.Cut(after, "(")
			name, _, _ = strings.Cut(name, ".func")
			found = "Test" + name + " (panic)"
		}
	}
	return strings.ReplaceAll(found, "|", `\|`)
}
