package main

import (
	"fmt"
	"io"
	"time"
)

// A bench says how much to measure, and collects what the sections found.
type bench struct {
	plan       plan
	tokens     int   // distinct ones of each algorithm
	large      int   // issuers and keys of a large configuration
	flood      []int // numbers of distinct tokens after which the heap is measured
	proofs     int   // distinct ones of each algorithm
	live       int   // proofs in memory when the heap is measured
	turn       time.Duration
	turnRounds int
	hostile    int // tokens with an unknown key id
	rotations  int // requests after a key rotation
	outage     int // requests while the issuer fails
	patience   time.Duration

	distinct map[string][]string // tokens by algorithm
	figures  figures
	goals    []goal
}

func thorough() *bench {
	return &bench{
		plan: plan{slice: 5 * time.Millisecond, rounds: 25}, tokens: 2000, large: 1000,
		flood: []int{10_000, 20_000, 100_000, 1_000_000}, proofs: 12_000, live: 100_000,
		turn: 500 * time.Millisecond, turnRounds: 11,
		hostile: 10_000, rotations: 400, outage: 120, patience: 10 * time.Second,
		distinct: map[string][]string{}, figures: newFigures(),
	}
}

// quick measures too little for good figures.
func quick() *bench {
	return &bench{
		plan: plan{slice: time.Millisecond, rounds: 3}, tokens: 300, large: 50,
		flood: []int{1000, 3000}, proofs: 600, live: 1000,
		turn: 100 * time.Millisecond, turnRounds: 1,
		hostile: 200, rotations: 30, outage: 20, patience: 2 * time.Second,
		distinct: map[string][]string{}, figures: newFigures(),
	}
}

// A goal is a limit that the project sets itself.
type goal struct {
	name       string
	got, limit float64 // a negative limit is a lower one
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

func writeGoals(w io.Writer, goals []goal) {
	fmt.Fprintln(w, "\n## Goals\n\n| | measured | goal | met | |\n|---|---:|---:|---|---|")
	for _, g := range goals {
		sign, met := "≤", "yes"
		limit := g.limit
		if limit < 0 {
			sign, limit = "≥", -limit
		}
		if !g.met() {
			met = "**no**"
		}
		fmt.Fprintf(w, "| %s | %.4g | %s %g | %s | %s |\n", g.name, g.got, sign, limit, met, g.note)
	}
}
