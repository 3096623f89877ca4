package main

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
)

// copyModule copies the module in the working directory to dir, without nested
// modules and .git.
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

// instrument applies the diffs to the module in dir, and gives each package that
// they change the function off. It tries all, and the error names every diff that
// does not apply.
func instrument(dir string, all []check) error {
	var errs []error
	for _, c := range all {
		for i := range c.hunks {
			file := filepath.Join(dir, filepath.FromSlash(c.hunks[i].path))
			text, err := os.ReadFile(file)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: there is no %s", c.file, c.hunks[i].path))
				continue
			}
			changed, err := c.hunks[i].apply(string(text))
			if err != nil {
				errs = append(errs, fmt.Errorf("%s does not apply: %w", c.file, err))
				continue
			}
			if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
				return err
			}
			if err := addSwitch(file); err != nil {
				return err
			}
		}
	}
	return errors.Join(errs...)
}

const switchCode = `

import (
	"os"
	"strings"
)

var switchedOff = os.Getenv("MUTANT")

func off(name string) bool { return strings.Contains(switchedOff, "|"+name+"|") }
`

// addSwitch writes the function off into the package of file.
func addSwitch(file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(file), "off_switch.go"), []byte("package "+parsed.Name.Name+switchCode), 0o644)
}
