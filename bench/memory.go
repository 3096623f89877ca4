package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

// memory measures the heap while more and more distinct tokens come, with the
// default limit of 10,000 cached tokens.
func (b *bench) memory(_ context.Context, l *workload, w io.Writer) error {
	const alg, bound = "EdDSA", 10_000
	c := l.config(alg)
	a, err := middleware.New(middleware.Config{Audiences: []string{c.audience},
		Issuers: []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks}}})
	if err != nil {
		return err
	}
	h := httpauth.Require(a)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	h.ServeHTTP(&discard{http.Header{}}, requestWith("Bearer "+l.mint(alg, 0)))
	// Longer claims make up for the shorter signature.
	pad := l.pad + (tokenBytes-len(l.mint(alg, 0)))*3/4
	size := 0
	send := func(from, to int) {
		var wg sync.WaitGroup
		workers := runtime.GOMAXPROCS(0)
		for k := range workers {
			wg.Go(func() {
				w := &discard{http.Header{}}
				for i := from + k; i < to; i += workers {
					token := l.issuer.MintHeader(map[string]any{"alg": alg}, claimsOf(i, pad))
					h.ServeHTTP(w, requestWith("Bearer "+token))
					if i == from {
						size = len(token)
					}
				}
			})
		}
		wg.Wait()
	}
	empty := heap()
	fmt.Fprintln(w, "\n| distinct tokens seen | heap | per token within the limit | beyond the token's own bytes |")
	fmt.Fprintln(w, "|---:|---:|---:|---:|")
	seen, beyond, full, last := 1, 0.0, 0.0, 0.0
	for _, n := range b.flood {
		send(seen, n)
		seen = n
		grown := float64(heap() - empty)
		last = grown
		held := min(n, bound)
		if n >= 2*bound && full == 0 {
			full = grown
		}
		beyond = grown/float64(held) - float64(size)
		fmt.Fprintf(w, "| %d | %.1f MiB | %.0f B | %.0f B |\n", n, grown/(1<<20), grown/float64(held), beyond)
	}
	runtime.KeepAlive(h)
	b.goal("memory per cached token beyond its own bytes", beyond, 1024, fmt.Sprintf("token of %d bytes", size))
	if full > 0 {
		b.goal(fmt.Sprintf("heap after %d distinct tokens ÷ after %d", seen, 2*bound), last/full, 1.05, "")
	}
	return nil
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
