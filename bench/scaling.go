package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

// scaling compares two cores with one: by the requests that they serve in a
// second, and by the processor time of a request while both are busy. The second
// is right even if other processes take part of the cores.
func (b *bench) scaling(_ context.Context, l *workload, w io.Writer) error {
	if runtime.NumCPU() < 2 {
		fmt.Fprintln(w, "\nThis machine has one core only.")
		return nil
	}
	const alg = "RS256"
	c := l.config(alg)
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
		wall, cpu := b.twoCores(len(row.tokens)+100, math.MaxInt, func(core, n int) {
			w := &discard{http.Header{}}
			from := core * len(requests[core]) / 2
			for i := range n {
				h.ServeHTTP(w, requests[core][(from+i)%len(requests[core])])
			}
		})
		b.writeCores(w, row.name, wall, cpu)
	}
	return nil
}

// writeCores writes a row for what twoCores returned.
func (b *bench) writeCores(w io.Writer, name string, wall float64, cpu []float64) {
	fmt.Fprintf(w, "| %s | %.2f | %.2f (%s) |\n", name, wall, median(cpu), quartilesOf(cpu))
	b.goal("2 cores against 1, "+name, wall, -1.8, fmt.Sprintf("%.2f by processor time", median(cpu)))
}

// coreProbe is how many requests twoCores serves to find out how many fill a slice.
const coreProbe = 200

// coreRounds is how often each core serves a slice alone or with the other.
func (b *bench) coreRounds() int { return 2 * b.plan.rounds }

// twoCores compares two cores with one. serve serves n requests on one of them. The first
// core serves warm requests before it is measured. A slice has most requests or fewer.
// wall compares the requests in a second, cpu the processor time of a request.
func (b *bench) twoCores(warm, most int, serve func(core, n int)) (wall float64, cpu []float64) {
	run := func(cores, n int) (wall, cpu float64) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		// Garbage collection would use the idle core in the run with one core,
		// so it is rare here. Without any, every allocation would need new
		// memory from the kernel.
		runtime.GC()
		defer debug.SetGCPercent(debug.SetGCPercent(800))
		var wg sync.WaitGroup
		start, busy := time.Now(), cpuTime()
		for core := range cores {
			wg.Go(func() { serve(core, n) })
		}
		wg.Wait()
		total := float64(n * cores)
		return float64(time.Since(start)) / total, float64(cpuTime()-busy) / total
	}
	run(1, warm)
	_, each := run(1, coreProbe)
	n := min(max(1, int(float64(b.plan.slice)/each)), most)
	var one, two []float64
	for range b.coreRounds() {
		w1, c1 := run(1, n)
		w2, c2 := run(2, n)
		one, two, cpu = append(one, w1), append(two, w2), append(cpu, 2*c1/c2)
	}
	// The shortest times are those without other load on the cores.
	return slices.Min(one) / slices.Min(two), cpu
}

// requestsFor returns a request for each token. No request shares a cache line
// with other memory, which another core could write to.
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
