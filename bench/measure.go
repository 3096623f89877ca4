package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

// A unit is something to be measured: do serves the requests i, i+1, ... n of
// them.
type unit struct {
	name string
	do   func(i, n int)
	// renew, if not nil, is called before every slice, outside of the time.
	renew func()
	// most, if not 0, is how many calls a slice may have.
	most int
	ours bool
}

// A measurement is what was found out about a unit.
type measurement struct {
	name       string
	ours       bool
	ns         float64   // processor time per call, median of the slices
	ratio      quartiles // to the base, each slice to the slices of the base around it
	over       float64   // ns beyond the base, median
	bytes      float64   // allocated per call
	allocs     float64
	ratios, xs []float64
	next       int
	n          int
}

// quartiles are a median and the range that half of the values are in.
type quartiles struct{ q1, median, q3 float64 }

func (q quartiles) String() string { return fmt.Sprintf("%.4f–%.4f", q.q1, q.q3) }

func quartilesOf(x []float64) quartiles {
	x = slices.Clone(x)
	slices.Sort(x)
	at := func(f float64) float64 {
		i := f * float64(len(x)-1)
		low := int(i)
		if low+1 == len(x) {
			return x[low]
		}
		return x[low] + (i-float64(low))*(x[low+1]-x[low])
	}
	return quartiles{at(.25), at(.5), at(.75)}
}

func median(x []float64) float64 { return quartilesOf(x).median }

// A plan says how long to measure.
type plan struct {
	slice  time.Duration // of one unit in one round
	rounds int
}

// paired measures units side by side: each round gives every unit one slice of
// time in an order of its own, with a slice of the base before and after it, so
// that whatever slows the machine down slows both. All of it runs on one core:
// on more, cores that look for work in vain would count as work.
func paired(base unit, units []unit, p plan) []*measurement {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	all := append([]unit{base}, units...)
	out := make([]*measurement, len(all))
	for k, u := range all {
		out[k] = &measurement{name: u.name, ours: u.ours}
		calibrate(u, out[k], p.slice)
	}
	order := make([]int, len(units))
	for i := range order {
		order[i] = i + 1
	}
	runtime.GC()
	for range p.rounds {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		before := out[0].slice(base)
		for _, k := range order {
			x := out[k].slice(all[k])
			after := out[0].slice(base)
			near := (before + after) / 2
			out[k].ratios = append(out[k].ratios, x/near)
			before = after
		}
	}
	baseNs := median(out[0].xs)
	for _, m := range out {
		m.ns = median(m.xs)
		m.ratio = quartiles{1, 1, 1}
		if len(m.ratios) > 0 {
			m.ratio = quartilesOf(m.ratios)
		}
		m.over = (m.ratio.median - 1) * baseNs
	}
	return out
}

// calibrate warms u up, counts its allocations and finds out how many calls
// make a slice.
func calibrate(u unit, m *measurement, slice time.Duration) {
	const probe = 100
	if u.renew != nil {
		u.renew()
	}
	u.do(0, 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	u.do(20, probe)
	spent := cpuTime() - start
	runtime.ReadMemStats(&after)
	m.next = 20 + probe
	m.bytes = float64(after.TotalAlloc-before.TotalAlloc) / probe
	m.allocs = math.Floor(float64(after.Mallocs-before.Mallocs)/probe + .1)
	m.n = max(1, int(float64(slice)/(float64(spent)/probe)))
	if u.most > 0 {
		m.n = min(m.n, u.most)
	}
}

// slice runs u for one slice and returns the time of a call.
func (m *measurement) slice(u unit) float64 {
	if u.renew != nil {
		u.renew()
	}
	start := cpuTime()
	u.do(m.next, m.n)
	x := float64(cpuTime()-start) / float64(m.n)
	m.next += m.n
	m.xs = append(m.xs, x)
	return x
}

func find(all []*measurement, name string) *measurement {
	for _, m := range all {
		if m.name == name {
			return m
		}
	}
	panic("no measurement of " + name)
}
