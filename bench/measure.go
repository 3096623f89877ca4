package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

// A unit is one thing to measure. do serves n requests, the first of which has
// the number i.
type unit struct {
	name string
	do   func(i, n int)
	// renew, if not nil, is called before every slice and not measured.
	renew func()
	// most is the largest number of requests in a slice; 0 means no limit.
	most int
	ours bool
}

// A measurement is the result of a unit.
type measurement struct {
	name       string
	ours       bool
	ns         float64   // processor time per request, median of the slices
	ratio      quartiles // to the base; each slice is compared with the base's slices before and after it
	bytes      float64   // allocated per request
	allocs     float64
	ratios, xs []float64
	next       int
	n          int
}

// quartiles are a median and the range of half of the values.
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

// paired measures units in turns. Each round gives every unit one slice of time,
// in random order, with a slice of the base before and after it, so that other
// load on the machine slows both. It uses one core, because idle cores that
// search for work would add to the processor time.
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
	for _, m := range out {
		m.ns = median(m.xs)
		m.ratio = quartiles{1, 1, 1}
		if len(m.ratios) > 0 {
			m.ratio = quartilesOf(m.ratios)
		}
	}
	return out
}

// How many requests calibrate serves first, and how many it measures.
const (
	warmUp = 20
	probe  = 100
)

// calibrate warms u up, counts its allocations and computes how many requests
// fill a slice.
func calibrate(u unit, m *measurement, slice time.Duration) {
	if u.renew != nil {
		u.renew()
	}
	u.do(0, warmUp)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	u.do(warmUp, probe)
	spent := cpuTime() - start
	runtime.ReadMemStats(&after)
	m.next = warmUp + probe
	m.bytes = float64(after.TotalAlloc-before.TotalAlloc) / probe
	m.allocs = math.Floor(float64(after.Mallocs-before.Mallocs)/probe + .1)
	m.n = max(1, int(float64(slice)/(float64(spent)/probe)))
	if u.most > 0 {
		m.n = min(m.n, u.most)
	}
}

// slice runs u for one slice and returns the time of a request.
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
