package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMain lets the test binary be the server and the load generator too.
func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		if err := realMain("", false, ""); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// TestQuick runs every section once, with figures that mean nothing, and
// writes report and charts. Each section fails if a good token is refused or a
// hostile one comes through.
func TestQuick(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "performance.md")
	if err := os.WriteFile(page, []byte("# Before\n\n"+beginMark+"old\n"+endMark+"\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b := quick()
	b.tokens, b.plan.rounds, b.patience = 300, 2, time.Second
	report, err := b.run(t.Context(), "", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.write(dir, report); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Before", "after", "golang-jwt + keyfunc", "## Memory", "## Goals"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("performance.md has no %q", want)
		}
	}
	if bytes.Contains(text, []byte("\nold\n")) {
		t.Error("the old tables are still there")
	}
	for _, name := range []string{"request", "throughput", "rotation"} {
		svg, err := os.ReadFile(filepath.Join(dir, "performance-"+name+".svg"))
		if err != nil || !bytes.Contains(svg, []byte("<svg")) {
			t.Errorf("chart %s: %v", name, err)
		}
	}
	for _, o := range b.conducts {
		if o.ours && (o.lostN > 0 || o.lostHitN > 0 || o.fetches > 10) {
			t.Errorf("%s lost %d and %d requests and fetched %d times", o.name, o.lostN, o.lostHitN, o.fetches)
		}
	}
	for _, g := range b.goals {
		if g.name == "cached hit, allocations" && !g.met() {
			t.Errorf("%s: %v", g.name, g.got)
		}
	}
}

func TestMarksMissing(t *testing.T) {
	if _, err := between([]byte("nothing here"), nil); err == nil {
		t.Error("no error")
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
