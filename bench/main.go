// Command bench compares bearerguard with other libraries that validate access
// tokens, and with the bare signature check. All of them run in one program and
// take turns. It prints tables in Markdown.
//
// With -out it writes the tables into performance.md of that folder, between
// two marks, the figures of the charts into performance.json, and the charts.
// With -redraw it draws the charts again from performance.json, without
// measuring.
//
//	cd bench && go run . -out ../docs
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

// A section is a part of the report.
type section struct {
	name, title string
	run         func(context.Context, *workload, io.Writer) error
}

func sections(b *bench) []section {
	return []section{
		{"uncached", "New tokens", b.uncached},
		{"cached", "Cached tokens", b.cached},
		{"bound", "Bound tokens", b.bound},
		{"refusals", "Tokens rejected before the signature check", b.refusals},
		{"bound", "Tokens that are bound to a key", b.bound},
		{"insert", "Cost of adding a token to the cache", b.insert},
		{"flat", "Large configurations", b.flat},
		{"scaling", "Two cores", b.scaling},
		{"throughput", "Requests over loopback", b.throughput},
		{"memory", "Memory", b.memory},
		{"behaviour", "When the issuer changes or fails", b.behaviour},
	}
}

// measure runs the sections named in only, separated by commas, or all if it is
// empty. It returns the report.
func measure(ctx context.Context, b *bench, only string, log io.Writer) ([]byte, error) {
	l, err := newWorkload()
	if err != nil {
		return nil, err
	}
	defer l.issuer.Close()
	var tables bytes.Buffer
	for _, s := range sections(b) {
		needed := s.name == "uncached" && strings.Contains(only, "cached")
		if only != "" && !needed && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		if len(b.distinct) == 0 && s.name != "uncached" {
			for _, alg := range algorithms {
				b.distinct[alg] = l.mintAll(alg, b.tokens)
			}
		}
		start := time.Now()
		fmt.Fprintf(&tables, "\n## %s\n", s.title)
		if err := s.run(ctx, l, &tables); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(log, "%s: %v\n", s.name, time.Since(start).Round(time.Second))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var report bytes.Buffer
	writeSummary(&report, b.figures)
	report.Write(tables.Bytes())
	writeGoals(&report, b.goals)
	return report.Bytes(), nil
}

// options are the flags.
type options struct {
	out, only     string
	quick, redraw bool
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", "",
		"folder for performance.md, performance.json and the charts; empty means to print only")
	flag.StringVar(&o.only, "only", "", "sections to measure and print, separated by commas; empty means all")
	flag.BoolVar(&o.quick, "quick", false,
		"check in less than a minute that everything runs; the figures mean little")
	flag.BoolVar(&o.redraw, "redraw", false,
		"draw the charts again from performance.json of -out, without measuring")
	flag.Parse()
	if err := realMain(o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func realMain(o options, stdout, log io.Writer) error {
	switch os.Getenv(roleVariable) {
	case "server":
		return serve()
	case "load":
		return load()
	}
	if o.redraw && o.out == "" {
		return errors.New("set -out to the folder of performance.json")
	}
	if o.redraw {
		f, err := readFigures(o.out)
		if err != nil {
			return err
		}
		return drawCharts(o.out, f)
	}
	if o.out != "" {
		if o.only != "" {
			return errors.New("leave out -only with -out: performance.md would lose the other tables")
		}
		if err := checkOut(o.out); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := thorough()
	if o.quick {
		b = quick()
	}
	report, err := measure(ctx, b, o.only, log)
	if err != nil {
		return err
	}
	_, err = stdout.Write(report)
	if o.out != "" {
		err = errors.Join(err, writeOut(o.out, report, b.figures))
	}
	return err
}
