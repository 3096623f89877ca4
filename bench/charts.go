package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// drawCharts writes each chart that f has the figures for.
func drawCharts(dir string, f figures) error {
	for _, c := range []chart{newTokenChart(f), cachedTokenChart(f), throughputChart(f), rotationChart(f)} {
		if len(c.groups) == 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, c.file), c.svg(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func newTokenChart(f figures) chart {
	c := chart{
		file:     "performance-request.svg",
		title:    "Validating a new RS256 token",
		subtitle: "µs of processor time per request, in process. Less is better.",
	}
	all := f.NewToken["RS256"]
	if len(all) == 0 {
		return c
	}
	var bars []bar
	for _, one := range all {
		switch one.Name {
		case oursUncached: // hardly differs from oursNew, which is the default
		case oursNew:
			bars = append(bars, microseconds("bearerguard", one, ours))
		case bareCheck("RS256"):
			bars = append(bars, microseconds("signature check alone", one, baseline))
		default:
			bars = append(bars, microseconds(one.Name, one, other))
		}
	}
	c.groups = []group{{bars: bars}}
	return c
}

func cachedTokenChart(f figures) chart {
	c := chart{
		file:     "performance-cached.svg",
		title:    "Validating an RS256 token again",
		subtitle: "µs of processor time per request, in process. Less is better.",
	}
	if len(f.CachedToken) == 0 {
		return c
	}
	var cached, verified []bar
	for _, one := range f.CachedToken {
		switch {
		case one.Ours:
			cached = append(cached, microseconds("bearerguard, "+one.Name, one, ours))
		case isLibrary(one.Name):
			verified = append(verified, microseconds(one.Name, one, other))
		}
	}
	c.groups = []group{{"Token from the cache", cached},
		{"Every token verified, by the fastest other library", verified}}
	return c
}

func throughputChart(f figures) chart {
	c := chart{
		file:     "performance-throughput.svg",
		title:    "Requests per second over loopback",
		subtitle: "In thousands; server and load generator share the cores. More is better.",
	}
	if len(f.Throughput) == 0 {
		return c
	}
	groups := []group{{"Without a guard", nil}, {"Token from the cache", nil}, {"Every token verified", nil}}
	for _, r := range f.Throughput {
		if r.Setting != f.Throughput[0].Setting {
			continue
		}
		b := bar{r.Name, fmt.Sprintf("%.1f", r.PerSecond/1000), r.PerSecond, other}
		at := 2
		switch {
		case r.Name == noGuard:
			at, b.kind = 0, baseline
		case r.Ours:
			if r.Name == oursCached {
				at = 1
			}
			b.label, _, _ = strings.Cut(r.Name, ",")
			b.kind = ours
		}
		groups[at].bars = append(groups[at].bars, b)
	}
	c.groups = groups
	return c
}

func rotationChart(f figures) chart {
	c := chart{
		file:  "performance-rotation.svg",
		title: "Requests lost after a key rotation",
		subtitle: fmt.Sprintf("Of %d, after one token with an unknown key ID. Less is better; "+
			"0 means that none was lost.", f.Rotation.Requests),
	}
	if len(f.Rotation.Lost) == 0 {
		return c
	}
	var bars []bar
	for _, l := range f.Rotation.Lost {
		b := bar{l.Name, fmt.Sprint(l.Lost), float64(l.Lost), other}
		if l.Ours {
			b.kind = ours
		}
		bars = append(bars, b)
	}
	c.groups = []group{{bars: bars}}
	return c
}

func microseconds(label string, c cost, k barKind) bar {
	format := "%.1f"
	if c.Nanoseconds < 1000 {
		format = "%.2f"
	}
	return bar{label, fmt.Sprintf(format, c.Nanoseconds/1000), c.Nanoseconds, k}
}
