package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// build builds the tests of all stages.
func (m *mutator) build() error {
	built := map[string]bool{}
	m.stages = slices.Clone(m.stages)
	for _, s := range m.stages {
		if built[s.dir] {
			continue
		}
		built[s.dir] = true
		build := exec.Command("go", "test", "-c", "-vet=off", "-o", s.binary(m.dir), "./"+s.dir)
		build.Dir = m.dir
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building the tests of %s: %w\n%s", s.dir, err, out)
		}
	}
	m.stages = slices.DeleteFunc(m.stages, func(s stage) bool {
		_, err := os.Stat(s.binary(m.dir))
		return err != nil // a package without tests of its own
	})
	return nil
}
