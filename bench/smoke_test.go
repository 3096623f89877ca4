package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain makes the test binary the server or the load generator if it is
// started as one.
func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		if err := realMain(options{}, os.Stdout, os.Stderr); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// TestQuick runs every section once and writes the report and the charts. A
// section fails if a good token is rejected or a hostile one accepted.
func TestQuick(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, pageFile)
	if err := os.WriteFile(page, []byte("# Before\n\n"+beginMark+"old\n"+endMark+"\nafter\n"),
		0o644); err != nil {
		t.Fatal(err)
	}
	b := quick()
	b.plan.rounds, b.patience = 2, time.Second
	report, err := measure(t.Context(), b, "", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if err := writeOut(dir, report, b.figures); err != nil {
		t.Fatal(err)
	}
	text := read(t, page)
	for _, want := range []string{"# Before", "after", "golang-jwt + keyfunc", "| new ES256 token |",
		"| cached RS256 token |", "## Bound tokens", "| **ES256** |", "used proofs in memory take", "## Memory",
		"## Goals"} {
		if !strings.Contains(text, want) {
			t.Errorf("performance.md has no %q", want)
		}
	}
	if strings.Contains(text, "\nold\n") {
		t.Error("the old tables are still there")
	}
	for _, l := range b.figures.Rotation.Lost {
		if l.Ours && l.Lost > 0 {
			t.Errorf("%s lost %d requests after a rotation", l.Name, l.Lost)
		}
	}
	for _, g := range b.goals {
		if g.name == "cached hit, allocations" && !g.met() {
			t.Errorf("%s: %v", g.name, g.got)
		}
	}

	first := charts(t, dir)
	if len(first) != 4 {
		t.Errorf("%d charts, want 4", len(first))
	}
	for name := range first {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := realMain(options{out: dir, redraw: true}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	for name, svg := range charts(t, dir) {
		if svg != first[name] {
			t.Errorf("%s is another chart when it is drawn again", name)
		}
	}
}

// charts returns the charts in dir and checks that they are well-formed.
func charts(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		svg := read(t, file)
		for d := xml.NewDecoder(strings.NewReader(svg)); err == nil; {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) || strings.Contains(svg, "%!") {
			t.Errorf("%s: %v:\n%s", file, err, svg)
		}
		err = nil
		all[filepath.Base(file)] = svg
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestOutFolderIsCheckedBeforeMeasuring(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	noMarks := t.TempDir()
	if err := os.WriteFile(filepath.Join(noMarks, pageFile), []byte("no marks here\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]options{
		"the folder is a file":         {out: file},
		"the page has no marks":        {out: noMarks},
		"only some sections are asked": {out: t.TempDir(), only: "memory"},
		"there is nothing to redraw":   {redraw: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.quick = true
			var report, log bytes.Buffer
			if err := realMain(o, &report, &log); err == nil {
				t.Error("no error")
			}
			if report.Len() > 0 || log.Len() > 0 {
				t.Error("something was measured before the check")
			}
		})
	}
}

func TestOutFolderMayBeEmptyOrMissing(t *testing.T) {
	for name, dir := range map[string]string{
		"empty":   t.TempDir(),
		"missing": filepath.Join(t.TempDir(), "new", "folder"),
	} {
		t.Run(name, func(t *testing.T) {
			if err := checkOut(dir); err != nil {
				t.Fatal(err)
			}
			if err := writeOut(dir, []byte("the tables"), newFigures()); err != nil {
				t.Fatal(err)
			}
			if text := read(t, filepath.Join(dir, pageFile)); !strings.Contains(text, "the tables") {
				t.Errorf("performance.md is %q", text)
			}
		})
	}
}

// The page may lose its marks while the figures are measured.
func TestTablesAreWrittenEvenIfThePageCannotTakeThem(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, pageFile)
	if err := os.WriteFile(page, []byte("no marks any more\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeOut(dir, []byte("the tables"), newFigures()); err == nil {
		t.Error("no error")
	}
	if text := read(t, filepath.Join(dir, tablesFile)); text != "the tables" {
		t.Errorf("%s is %q", tablesFile, text)
	}
	if text := read(t, page); text != "no marks any more\n" {
		t.Errorf("performance.md was changed to %q", text)
	}
	if _, err := readFigures(dir); err != nil {
		t.Error(err)
	}
}

func TestChartTextIsEscapedAndEndsAtTheBars(t *testing.T) {
	const label = "golang-jwt + <keyfunc>"
	svg := string(chart{groups: []group{{bars: []bar{{label, "1 & 2", 1, other}}}}}.svg())
	if !strings.Contains(svg, `text-anchor="end">golang-jwt + &lt;keyfunc&gt;<`) || !strings.Contains(svg,
		">1 &amp; 2<") ||
		strings.Contains(svg, "%!") {
		t.Errorf("chart:\n%s", svg)
	}
}

func TestQuartiles(t *testing.T) {
	if q := quartilesOf([]float64{5, 1, 3, 2, 4}); q != (quartiles{2, 3, 4}) {
		t.Errorf("got %v", q)
	}
	if q := quartilesOf([]float64{7}); q != (quartiles{7, 7, 7}) {
		t.Errorf("got %v", q)
	}
}
