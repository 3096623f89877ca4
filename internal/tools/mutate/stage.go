package main

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A stage is the tests of a package, or some of them.
type stage struct {
	dir, run, skip string
	limit          time.Duration // zero means that of a whole package
}

// slow are tests that take most of the time of their packages. They run only if no other
// test notices that a check is missing.
const slow = "Flood|CacheChangesNoVerdict|CacheMemory|CacheInParallel|ReplacedUnderItsName|NewKeyIn|Stress|" +
	"BusyClient|FaultMatrix|MadeUpNames|ExpectedRate|Heap|RoomOfOthers|HitRate|TestMemory$|GrowsWith"

// without returns the stage without the tests that match skip too.
func (s stage) without(skip string) stage {
	if s.skip != "" {
		s.skip, s.limit = s.skip+"|"+skip, time.Minute
	}
	return s
}

// limit is how long a stage may take with a check switched off.
const limit = 3 * time.Minute

// stages returns the tests to run: the conformance tests, those of every package
// that has a check, and those of an adapter. The first that fails ends the trial
// of a check. Tests of load and speed judge something else.
func stages(all []check) []stage {
	dirs := []string{"middleware"}
	var others []string
	for _, c := range all {
		for _, h := range c.hunks {
			others = append(others, path.Dir(h.path))
		}
	}
	slices.Sort(others)
	for _, dir := range append(slices.Compact(others), "adapters/httpauth") {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	var found []stage
	for _, dir := range dirs {
		found = append(found, stage{dir: dir,
			skip: "Load|Bench|Alloc|ManyTenants|ManyActiveTenants|MoreTenants|FloodOfTenants"})
	}
	return found
}

func (s stage) binary(dir string) string {
	return filepath.Join(dir, strings.ReplaceAll(s.dir, "/", "_")+".test")
}

// test runs the stage's tests in the module in dir, with the checks names
// switched off, which are separated by bars. It returns what the tests print and
// whether they took too long.
func (s stage) test(dir, names string, args ...string) (output string, late bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), cmp.Or(s.limit, limit))
	defer cancel()
	args = append(args, "-test.run", cmp.Or(s.run, "^Test"))
	if s.skip != "" {
		args = append(args, "-test.skip", s.skip)
	}
	test := exec.CommandContext(ctx, s.binary(dir), args...)
	test.Dir = filepath.Join(dir, filepath.FromSlash(s.dir))
	test.Env = append(os.Environ(), "MUTANT=|"+names+"|")
	out, err := test.CombinedOutput()
	return string(out), ctx.Err() != nil, err
}

var success = regexp.MustCompile(`(?m)^\s*--- PASS: (\S+)`)

// ran reports whether out, printed with -test.v, has a test for every level of
// s.run.
func (s stage) ran(out string) bool {
	return slices.ContainsFunc(success.FindAllStringSubmatch(out, -1), func(m []string) bool {
		return strings.Count(m[1], "/") >= strings.Count(s.run, "/")
	})
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
