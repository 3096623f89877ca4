package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The report stands between these marks in performance.md.
const (
	beginMark = "<!-- tables: written by bench -->\n"
	endMark   = "<!-- end of tables -->\n"
)

// write puts the report into performance.md of dir and draws the charts beside
// it.
func (b *bench) write(dir string, report []byte) error {
	path := filepath.Join(dir, "performance.md")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err = between(text, report)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return err
	}
	return b.draw(dir)
}

// between returns text with report in the place of what was between the marks.
func between(text, report []byte) ([]byte, error) {
	before, rest, found := bytes.Cut(text, []byte(beginMark))
	_, after, closed := bytes.Cut(rest, []byte(endMark))
	if !found || !closed {
		return nil, errors.New("the marks for the tables are missing")
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
