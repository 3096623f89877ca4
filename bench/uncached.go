package main

import (
	"cmp"
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

// newTokens returns a unit of bearerguard with its defaults that gets each token
// once, and so adds each to its cache. When all tokens are used, it starts again
// with a new guard, which serves some tokens before it is measured.
func newTokens(ctx context.Context, c config, tokens []string) (unit, error) {
	next, served := counting()
	var inner unit
	used := len(tokens) + 1
	var failed error
	warm := len(tokens) / 10
	u := unit{name: oursNew, ours: true, most: len(tokens)/2 - warm}
	u.renew = func() {
		if used+u.most <= len(tokens) {
			return
		}
		h, err := bearerguard(0)(ctx, c, next)
		if err != nil {
			failed = err
			return
		}
		inner, used = serving(oursNew, h, served, tokens), warm
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
func (b *bench) uncached(ctx context.Context, l *workload, w io.Writer) error {
	for _, alg := range algorithms {
		tokens := l.mintAll(alg, b.tokens)
		b.distinct[alg] = tokens
		c := l.config(alg)
		miss, err := newTokens(ctx, c, tokens)
		if err != nil {
			return err
		}
		units := []unit{miss}
		for _, g := range append([]guard{{name: oursUncached, build: bearerguard(-1), ours: true}}, libraries...) {
			u, err := guardUnit(ctx, g, c, tokens)
			if err != nil {
				return err
			}
			units = append(units, u)
		}
		all := paired(signatureCheck(alg, c.key, tokens), units, b.long())
		limit := map[string]float64{"RS256": 1.10, "ES256": 1.04, "EdDSA": 1.06}[alg]
		first, off := find(all, oursNew), find(all, oursUncached)
		b.goal(alg+", cache off, × bare check", off.ratio.median, limit, off.ratio.String())
		b.goal(alg+", new token, × bare check", first.ratio.median, limit, first.ratio.String())
		b.goal(alg+", new token, allocations", first.allocs, 20, "")

		fmt.Fprintf(w, "\n### %s, token of %d bytes\n\n", alg, len(tokens[0]))
		fmt.Fprintln(w, "| | µs | × bare check | half of the rounds | B | allocations |")
		fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
		slices.SortStableFunc(all, func(x, y *measurement) int {
			return cmp.Compare(x.ratio.median,
				y.ratio.median)
		})
		for _, m := range all {
			fmt.Fprintf(w, "| %s | %.1f | %.3f | %s | %.0f | %.0f |\n", bold(m), m.ns/1000, m.ratio.median, m.ratio,
				m.bytes, m.allocs)
		}
		b.figures.NewToken[alg] = costs(all)
	}
	return nil
}

// long is the plan for differences of about one percent.
func (b *bench) long() plan {
	p := b.plan
	p.rounds *= 3
	return p
}

// insert measures what the cache adds to the cost of a new token.
func (b *bench) insert(ctx context.Context, l *workload, w io.Writer) error {
	fmt.Fprintln(w, "\n| algorithm | new token ÷ the same with the cache off | half of the rounds |")
	fmt.Fprintln(w, "|---|---:|---|")
	for _, alg := range algorithms {
		c, tokens := l.config(alg), b.distinct[alg]
		miss, err := newTokens(ctx, c, tokens)
		if err != nil {
			return err
		}
		off, err := guardUnit(ctx, guard{name: oursUncached, build: bearerguard(-1)}, c, tokens)
		if err != nil {
			return err
		}
		m := find(paired(off, []unit{miss}, b.long()), oursNew)
		b.goal(alg+", insert as a share of a new token", 1-1/m.ratio.median, .08, "")
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

func costs(all []*measurement) []cost {
	var list []cost
	for _, m := range all {
		list = append(list, cost{m.name, m.ns, m.ours})
	}
	return list
}
