// Command bench measures bearerguard beside other libraries that validate
// tokens and beside the bare signature check, all in one program and in turns.
// It prints tables in Markdown and, with -out, writes them between the marks in
// performance.md of that folder and draws the charts there.
//
//	cd bench && go run . -out ../docs
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

// A bench holds how much to measure, and what was found for the summary and the
// charts.
type bench struct {
	plan       plan
	tokens     int   // distinct ones of each algorithm
	large      int   // issuers, keys
	flood      []int // numbers of distinct tokens at which to look at the heap
	turn       time.Duration
	turnRounds int
	hostile    int // unknown key ids
	rotations  int // requests after a rotation
	outage     int // requests while the issuer fails
	patience   time.Duration

	distinct map[string][]string
	ratios   map[string][]*measurement
	hits     []*measurement
	factor   float64
	rates    []rateRow
	conducts []conduct
	goals    []goal
}

type rateRow struct {
	setting, name string
	perSecond     float64
	ours          bool
}

// A goal is a limit that the project set itself.
type goal struct {
	name       string
	got, limit float64 // a negative limit is one to reach, not to stay under
	note       string
}

func (b *bench) goal(name string, got, limit float64, note string) {
	b.goals = append(b.goals, goal{name, got, limit, note})
}

func (g goal) met() bool {
	if g.limit < 0 {
		return g.got >= -g.limit
	}
	return g.got <= g.limit
}

func thorough() *bench {
	return &bench{
		plan: plan{slice: 5 * time.Millisecond, rounds: 25}, tokens: 2000, large: 1000,
		flood: []int{10_000, 20_000, 100_000, 1_000_000},
		turn:  500 * time.Millisecond, turnRounds: 11,
		hostile: 10_000, rotations: 400, outage: 120, patience: 10 * time.Second,
	}
}

// quick is to see that everything still runs; its figures mean little.
func quick() *bench {
	return &bench{
		plan: plan{slice: time.Millisecond, rounds: 3}, tokens: 300, large: 50,
		flood: []int{1000, 3000},
		turn:  100 * time.Millisecond, turnRounds: 1,
		hostile: 200, rotations: 30, outage: 20, patience: 2 * time.Second,
	}
}

// A section is a part of the report.
type section struct {
	name, title string
	run         func(context.Context, *field, io.Writer) error
}

func (b *bench) sections() []section {
	return []section{
		{"uncached", "A token that was not seen before", b.uncached},
		{"cached", "A token that was seen before", b.cached},
		{"refusals", "Refusals before the signature", b.refusals},
		{"insert", "What remembering costs", b.insert},
		{"flat", "Large configurations", b.flat},
		{"scaling", "Two cores", b.scaling},
		{"throughput", "Requests over loopback", b.throughput},
		{"memory", "Memory", b.memory},
		{"behaviour", "When the issuer does not just work", b.behaviour},
	}
}

// run measures the sections whose names are in only, all if that is empty, and
// returns the report.
func (b *bench) run(ctx context.Context, only string, log io.Writer) ([]byte, error) {
	b.distinct = map[string][]string{}
	f, err := newField()
	if err != nil {
		return nil, err
	}
	defer f.issuer.Close()
	var report bytes.Buffer
	for _, s := range b.sections() {
		needed := s.name == "uncached" && strings.Contains(only, "cached")
		if only != "" && !needed && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		if len(b.distinct) == 0 && s.name != "uncached" {
			for _, alg := range algorithms {
				b.distinct[alg] = f.mintAll(alg, b.tokens)
			}
		}
		start := time.Now()
		fmt.Fprintf(&report, "\n## %s\n", s.title)
		if err := s.run(ctx, f, &report); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(log, "%s: %v\n", s.name, time.Since(start).Round(time.Second))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s, %s/%s, %d cores.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintln(&head, "\n## Goals\n\n| | measured | goal | met | |\n|---|---:|---:|---|---|")
	for _, g := range b.goals {
		sign, met := "≤", "yes"
		limit := g.limit
		if limit < 0 {
			sign, limit = "≥", -limit
		}
		if !g.met() {
			met = "**no**"
		}
		fmt.Fprintf(&head, "| %s | %.4g | %s %g | %s | %s |\n", g.name, g.got, sign, limit, met, g.note)
	}
	head.Write(report.Bytes())
	return head.Bytes(), nil
}

func main() {
	out := flag.String("out", "", "folder of performance.md and the charts; empty means to print only")
	short := flag.Bool("quick", false, "see in less than a minute that everything runs")
	only := flag.String("only", "", "sections to measure, separated by commas; empty means all")
	flag.Parse()
	if err := realMain(*out, *short, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func realMain(out string, short bool, only string) error {
	switch os.Getenv(roleVariable) {
	case "server":
		return serve()
	case "load":
		return load()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := thorough()
	if short {
		b = quick()
	}
	report, err := b.run(ctx, only, os.Stderr)
	if err != nil {
		return err
	}
	if _, err := os.Stdout.Write(report); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	return b.write(out, report)
}
