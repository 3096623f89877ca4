package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
)

const tick = 64

type trace struct {
	keys    []uint32
	expiry  []int64
	expires [][]uint32
}

func workload(n int, a float64, life int, early, flood float64, reqs int) trace {
	rnd := rand.New(rand.NewPCG(7, 1))
	cdf := make([]float64, n)
	sum := 0.0
	for i := range cdf {
		sum += 1 / math.Pow(float64(i+1), a)
		cdf[i] = sum
	}
	renew, got, cur := make([]int, n), make([]int, n), make([]uint32, n)
	for i := range renew {
		renew[i] = int(float64(life) * (early + (1-early)*rnd.Float64()))
		got[i] = -1
	}
	tr := trace{keys: make([]uint32, reqs), expires: make([][]uint32, (reqs+2*life)/tick+2)}
	mint := func(t, life int) uint32 {
		k := uint32(len(tr.expiry))
		x := (t+life)/tick + 1
		tr.expires[x] = append(tr.expires[x], k)
		tr.expiry = append(tr.expiry, int64(x))
		return k
	}
	for t := range tr.keys {
		if rnd.Float64() < flood {
			tr.keys[t] = mint(t, life)
			continue
		}
		i := sort.SearchFloat64s(cdf, rnd.Float64()*sum)
		if got[i] < 0 {
			got[i] = t - rnd.IntN(renew[i])
			cur[i] = mint(t, life-(t-got[i]))
		} else if t-got[i] >= renew[i] {
			got[i] = t
			cur[i] = mint(t, life)
		}
		tr.keys[t] = cur[i]
	}
	return tr
}

func hits() {
	type row struct{ load, a, flood float64 }
	var rows []row
	for _, load := range []float64{.25, .61, 1, 2} {
		for _, a := range []float64{.9, 1.0, 1.1} {
			rows = append(rows, row{load, a, 0})
		}
	}
	for _, load := range []float64{.25, .61, 1} {
		for _, f := range []float64{.1, .5} {
			rows = append(rows, row{load, 1, f})
		}
	}
	const life, early = 60, .5
	fmt.Print("\n| clients/bound | Zipf | once-only tokens | unbounded |")
	for _, m := range makers {
		fmt.Printf(" %s |", m.name)
	}
	fmt.Printf("\n|---:|---:|---:|---:|%s\n", strings.Repeat("---:|", len(makers)))
	sums := make([]float64, len(makers))
	for _, r := range rows {
		n := int(r.load * bound)
		tr := workload(n, r.a, life*n, early, r.flood, min(3*life*n, 2_500_000))
		names := make([]string, len(tr.expiry))
		for i := range names {
			names[i] = fmt.Sprintf("token-%d", i)
		}
		from := len(tr.keys) / 3
		seen := make([]bool, len(names))
		best := 0
		for t, k := range tr.keys {
			if seen[k] && t >= from {
				best++
			}
			seen[k] = true
		}
		pct := func(h int) float64 { return 100 * float64(h) / float64(len(tr.keys)-from) }
		fmt.Printf("| %.0f%% | %.1f | %.0f%% | %.2f%% |", 100*r.load, r.a, 100*r.flood, pct(best))
		for j, m := range makers {
			c := m.make(bound)
			h := 0
			for t, k := range tr.keys {
				if t%tick == 0 {
					for _, x := range tr.expires[t/tick] {
						c.remove(names[x])
					}
				}
				if _, ok := c.get(names[k]); ok {
					if t >= from {
						h++
					}
				} else {
					c.put(names[k], &val{tr.expiry[k]}, int64(t/tick))
					c.settle()
				}
			}
			c.close()
			fmt.Printf(" -%.2f |", pct(best)-pct(h))
			sums[j] += pct(best) - pct(h)
		}
		fmt.Println()
	}
	fmt.Print("| mean loss | | | |")
	for _, s := range sums {
		fmt.Printf(" -%.2f |", s/float64(len(rows)))
	}
	fmt.Println()
}
