package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

// scaling measures two cores against one: how many requests a second they serve
// together, and how much processor time a request takes while both are busy.
// The second does not depend on getting both cores.
func (b *bench) scaling(_ context.Context, f *field, w io.Writer) error {
	if runtime.NumCPU() < 2 {
		fmt.Fprintln(w, "\nThis machine has one core only.")
		return nil
	}
	const alg = "RS256"
	c := f.config(alg)
	fmt.Fprintln(w, "\n| | requests a second, 2 cores ÷ 1 | by processor time per request |")
	fmt.Fprintln(w, "|---|---:|---:|")
	empty := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, row := range []struct {
		name   string
		cache  int
		tokens []string
	}{
		{"uncached", -1, b.distinct[alg]},
		{"one cached token", 0, b.distinct[alg][:1]},
		{"1,000 cached tokens", 0, b.distinct[alg][:min(1000, len(b.distinct[alg]))]},
	} {
		a, err := middleware.New(middleware.Config{Audiences: []string{c.audience}, CacheTokens: row.cache,
			Issuers: []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks}}})
		if err != nil {
			return err
		}
		h := httpauth.Require(a)(empty)
		requests := [2][]*http.Request{requestsFor(row.tokens), requestsFor(row.tokens)}
		run := func(cores, n int) (wall, cpu float64) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			// The collector works on an idle core beside one that is busy, and
			// would count for the one and not for the other. Without any, memory
			// would be new all the time, and the kernel would count.
			runtime.GC()
			defer debug.SetGCPercent(debug.SetGCPercent(800))
			var wg sync.WaitGroup
			start, busy := time.Now(), cpuTime()
			for k := range cores {
				wg.Go(func() {
					w := &discard{http.Header{}}
					from := k * len(requests[k]) / 2
					for i := range n {
						h.ServeHTTP(w, requests[k][(from+i)%len(requests[k])])
					}
				})
			}
			wg.Wait()
			total := float64(n * cores)
			return float64(time.Since(start)) / total, float64(cpuTime()-busy) / total
		}
		run(1, len(row.tokens)+100)
		_, each := run(1, 200)
		n := max(1, int(float64(b.plan.slice)/each))
		var cpu, one, two []float64
		for range 2 * b.plan.rounds {
			w1, c1 := run(1, n)
			w2, c2 := run(2, n)
			one, two, cpu = append(one, w1), append(two, w2), append(cpu, 2*c1/c2)
		}
		// Of the times, those count during which nobody else had a core.
		wall := slices.Min(one) / slices.Min(two)
		fmt.Fprintf(w, "| %s | %.2f | %.2f (%s) |\n", row.name, wall, median(cpu), quartilesOf(cpu))
		b.goal("2 cores against 1, "+row.name, wall, -1.8, fmt.Sprintf("%.2f by processor time", median(cpu)))
	}
	return nil
}

// requestsFor returns a request for each token. Each is alone in its cache lines:
// a guard copies requests, and a copy made on another core must not end up there.
func requestsFor(tokens []string) []*http.Request {
	all := make([]*http.Request, len(tokens))
	for i, token := range tokens {
		alone := &struct {
			_ [128]byte
			http.Request
			_ [128]byte
		}{Request: *requestWith("Bearer " + token)}
		all[i] = &alone.Request
	}
	return all
}
