package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	pageFile   = "performance.md"
	tablesFile = "performance-tables.md" // if the page cannot take the tables

	// The tables stand between these marks of the page.
	beginMark = "<!-- tables: written by bench -->\n"
	endMark   = "<!-- end of tables -->\n"

	newPage = "# Performance\n\n" + beginMark + endMark
)

// checkOut reports what would keep writeOut from writing to dir, before
// anything is measured. It creates dir if necessary.
func checkOut(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	probe, err := os.CreateTemp(dir, ".bench-*")
	if err != nil {
		return err
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return err
	}
	text, err := readPage(dir)
	if err != nil {
		return err
	}
	_, err = insertTables(text, nil)
	return err
}

// writeOut writes the page, the figures and the charts. If it cannot write the
// tables into the page, it writes them to a file of their own, and returns an
// error.
func writeOut(dir string, report []byte, f figures) error {
	err := writePage(dir, report)
	if err != nil {
		err = errors.Join(fmt.Errorf("the tables are in %s: %w", tablesFile, err),
			os.WriteFile(filepath.Join(dir, tablesFile), report, 0o644))
	}
	return errors.Join(err, f.write(dir), drawCharts(dir, f))
}

func writePage(dir string, report []byte) error {
	text, err := readPage(dir)
	if err != nil {
		return err
	}
	if text, err = insertTables(text, report); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, pageFile), text, 0o644)
}

// readPage returns the page of dir, or a new one if there is none.
func readPage(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, pageFile))
	if errors.Is(err, fs.ErrNotExist) {
		return []byte(newPage), nil
	}
	return text, err
}

// insertTables returns text with report in the place of what was between the
// marks.
func insertTables(text, report []byte) ([]byte, error) {
	before, rest, found := bytes.Cut(text, []byte(beginMark))
	_, after, closed := bytes.Cut(rest, []byte(endMark))
	if !found || !closed {
		return nil, fmt.Errorf("add the lines %q and %q to %s", beginMark[:len(beginMark)-1],
			endMark[:len(endMark)-1], pageFile)
	}
	var all bytes.Buffer
	all.Write(before)
	all.WriteString(beginMark)
	all.WriteByte('\n')
	all.Write(report)
	all.WriteByte('\n')
	all.WriteString(endMark)
	all.Write(after)
	return all.Bytes(), nil
}
