package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A check is one that can be switched off by the calls off(name) that its hunks
// put into the code.
type check struct {
	name, file string // the file is the diff's
	hunks      []hunk
}

// A hunk replaces lines of a file of the module, each with its end of line.
type hunk struct {
	path     string
	old, new []string
}

// readChecks reads all diffs in dir, in the order of their names.
func readChecks(dir string) ([]check, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.diff"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there are no diffs in %s: run this in the module's root", dir)
	}
	var all []check
	var errs []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c, err := parseCheck(filepath.Base(file), string(text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, c)
	}
	return all, errors.Join(errs...)
}

var (
	offCall   = regexp.MustCompile(`\boff\("([^"]+)"\)`)
	unwritten = regexp.MustCompile(`[^a-z0-9]+`)
)

// fileName returns the name of a check's diff.
func fileName(name string) string {
	return strings.Trim(unwritten.ReplaceAllString(strings.ToLower(strings.ReplaceAll(name, "'", "")), "-"), "-") + ".diff"
}

// parseCheck reads a unified diff. It takes the check's name from the calls of
// off that the diff adds, which must be those of one check, the one that the
// file is named after.
func parseCheck(file, text string) (check, error) {
	c := check{file: file}
	path, in := "", false // in a hunk
	for line := range strings.Lines(text) {
		body := strings.TrimPrefix(line, line[:1])
		switch {
		case strings.HasPrefix(line, "--- "):
			in = false
		case strings.HasPrefix(line, "+++ "):
			path = strings.TrimPrefix(strings.TrimSpace(line[4:]), "b/")
		case strings.HasPrefix(line, "@@"):
			if path == "" {
				return c, fmt.Errorf("%s: a hunk before the name of its file", file)
			}
			c.hunks = append(c.hunks, hunk{path: path})
			in = true
		case !in || line[0] == '\\':
		default:
			h := &c.hunks[len(c.hunks)-1]
			switch line[0] {
			case ' ':
				h.old, h.new = append(h.old, body), append(h.new, body)
			case '\n': // an empty line whose space an editor removed
				h.old, h.new = append(h.old, line), append(h.new, line)
			case '-':
				h.old = append(h.old, body)
			case '+':
				h.new = append(h.new, body)
			default:
				in = false // text between files
			}
		}
	}
	return c, c.setName()
}

func (c *check) setName() error {
	var names []string
	for _, h := range c.hunks {
		before := offCall.FindAllString(strings.Join(h.old, ""), -1)
		for _, m := range offCall.FindAllStringSubmatch(strings.Join(h.new, ""), -1) {
			if !slices.Contains(before, m[0]) && !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	switch {
	case len(names) != 1:
		return fmt.Errorf("%s adds the switches %q, one expected", c.file, names)
	case c.file != fileName(names[0]):
		return fmt.Errorf("%s is the check %q: rename it to %s", c.file, names[0], fileName(names[0]))
	}
	c.name = names[0]
	return nil
}

// apply returns text with the hunk's lines replaced.
func (h *hunk) apply(text string) (string, error) {
	lines := strings.SplitAfter(text, "\n")
	at, count := 0, 0
	for i := range lines {
		if len(h.old) > 0 && len(lines)-i >= len(h.old) && slices.Equal(lines[i:i+len(h.old)], h.old) {
			at = i
			count++
		}
	}
	if count != 1 {
		return "", fmt.Errorf("found %d times in %s, once expected:\n%s", count, h.path, strings.Join(h.old, ""))
	}
	return strings.Join(slices.Concat(lines[:at], h.new, lines[at+len(h.old):]), ""), nil
}
