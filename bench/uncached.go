package main

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// guardUnit returns a unit that sends tokens through g.
func guardUnit(ctx context.Context, g guard, c config, tokens []string) (unit, error) {
	next, served := counting()
	h, err := g.build(ctx, c, next)
	if err != nil {
		return unit{}, fmt.Errorf("%s: %w", g.name, err)
	}
	u := serving(g.name, h, served, tokens)
	u.ours = g.ours
	return u, nil
}

// firstSight returns a unit of our default configuration that sees each token
// for the first time, and so remembers it as well: when all were served, it
// starts again with a new guard, which serves some tokens outside of the time
// as one that has been running would have.
func firstSight(ctx context.Context, c config, tokens []string) (unit, error) {
	next, served := counting()
	var inner unit
	used := len(tokens) + 1
	var failed error
	warm := len(tokens) / 10
	u := unit{name: oursMiss, ours: true, most: len(tokens)/2 - warm}
	u.renew = func() {
		if used+u.most <= len(tokens) {
			return
		}
		h, err := ours(0)(ctx, c, next)
		if err != nil {
			failed = err
			return
		}
		inner, used = serving(oursMiss, h, served, tokens), warm
		inner.do(0, warm)
	}
	u.do = func(_, n int) {
		if used+n > len(tokens) {
			panic("more requests than tokens")
		}
		inner.do(used, n)
		used += n
	}
	u.renew()
	return u, failed
}

// uncached measures distinct tokens of each algorithm.
func (b *bench) uncached(ctx context.Context, f *field, w io.Writer) error {
	b.ratios = map[string][]*measurement{}
	for _, alg := range algorithms {
		tokens := f.mintAll(alg, b.tokens)
		b.distinct[alg] = tokens
		c := f.config(alg)
		miss, err := firstSight(ctx, c, tokens)
		if err != nil {
			return err
		}
		units := []unit{miss}
		for _, g := range append([]guard{{name: oursUncached, build: ours(-1), ours: true}}, rivals...) {
			u, err := guardUnit(ctx, g, c, tokens)
			if err != nil {
				return err
			}
			units = append(units, u)
		}
		all := paired(raw(alg, c.key, tokens), units, b.long())
		b.ratios[alg] = all
		limit := map[string]float64{"RS256": 1.12, "ES256": 1.05, "EdDSA": 1.08}[alg]
		first, off := find(all, oursMiss), find(all, oursUncached)
		b.goal(alg+", cache off, × bare check", off.ratio.median, limit, off.ratio.String())
		b.goal(alg+", first sight of a token, × bare check", first.ratio.median, limit, first.ratio.String())
		b.goal(alg+", first sight, allocations", first.allocs, 20, "")

		fmt.Fprintf(w, "\n### %s, token of %d bytes\n\n", alg, len(tokens[0]))
		fmt.Fprintln(w, "| | µs | × bare check | half of the rounds | B | allocations |")
		fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
		slices.SortStableFunc(all, func(x, y *measurement) int { return cmpFloat(x.ratio.median, y.ratio.median) })
		for _, m := range all {
			fmt.Fprintf(w, "| %s | %.1f | %.3f | %s | %.0f | %.0f |\n", bold(m), m.ns/1000, m.ratio.median, m.ratio, m.bytes, m.allocs)
		}
	}
	return nil
}

// long is the plan for what has to be told apart by a hundredth.
func (b *bench) long() plan {
	p := b.plan
	p.rounds *= 3
	return p
}

// insert measures what remembering costs, as a share of a first sight.
func (b *bench) insert(ctx context.Context, f *field, w io.Writer) error {
	fmt.Fprintln(w, "\n| algorithm | first sight ÷ the same with the cache off | half of the rounds |")
	fmt.Fprintln(w, "|---|---:|---|")
	for _, alg := range algorithms {
		c, tokens := f.config(alg), b.distinct[alg]
		miss, err := firstSight(ctx, c, tokens)
		if err != nil {
			return err
		}
		off, err := guardUnit(ctx, guard{name: oursUncached, build: ours(-1)}, c, tokens)
		if err != nil {
			return err
		}
		m := find(paired(off, []unit{miss}, b.long()), oursMiss)
		b.goal(alg+", insert as a share of a first sight", 1-1/m.ratio.median, .08, "")
		fmt.Fprintf(w, "| %s | %.3f | %s |\n", alg, m.ratio.median, m.ratio)
	}
	return nil
}

func bold(m *measurement) string {
	if m.ours {
		return "**" + m.name + "**"
	}
	return m.name
}

func cmpFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
