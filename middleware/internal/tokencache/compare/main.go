// Command compare compares the token cache with cache libraries: cost of a hit
// and of an insert, scaling from one core to two, memory, keeping of the bound,
// hit rate. It is a module of its own, so that the libraries stay out of the
// others.
//
//	cd middleware/internal/tokencache/compare && go run .
package main

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const bound = 16384

var (
	only   = flag.String("only", "", "part to run: cost, memory, hits")
	rounds = flag.Int("rounds", 9, "rounds of the costs")
)

func token(i int) string {
	b := []byte(strings.Repeat("eyJhbGciOiJSUzI1NiIs", 47)[:935])
	copy(b[300:], fmt.Sprintf("%012d", i))
	copy(b[800:], fmt.Sprintf("%012x", i*7919))
	return string(b)
}

func median(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }

func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// run returns the processor time (of the whole process: background work and
// garbage collection count) and the wall time, in ns per call, with procs
// goroutines on as many cores.
func run(procs, n int, f func(worker, i int)) (cpu, wall float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var wg sync.WaitGroup
	start, c := time.Now(), cpuTime()
	for w := range procs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / procs {
				f(w, i)
			}
		}()
	}
	wg.Wait()
	return float64(cpuTime()-c) / float64(n), float64(time.Since(start)) / float64(n)
}

func cost() {
	makers := append(slices.Clip(makers), parts...)
	const hot, many = 4000, 4 * bound
	all := make([]string, many)
	for i := range all {
		all[i] = token(i)
	}
	// A request brings its token in memory of its own: a comparison must not be
	// won by two strings at one address. (2Q keeps the string of the lookup when
	// it moves an entry between its lists, so warm it with others.)
	look, warm := make([]string, hot), make([]string, hot)
	for i := range hot {
		look[i] = strings.Clone(all[i])
	}
	for i := range hot {
		warm[i] = strings.Clone(all[i])
	}
	v := &val{expires: 1 << 40}
	type res struct{ one, hit, one1, one2, hit1, hit2, miss, ins, ins1, ins2 []float64 }
	out := make([]res, len(makers))
	for range *rounds {
		for i, m := range makers {
			r := &out[i]
			c := m.make(bound)
			for _, k := range all[:hot] {
				c.put(k, v, 0)
			}
			c.settle()
			var bad atomic.Int64
			get := func(w, i int) {
				if _, ok := c.get(look[(w*hot/2+i)%hot]); !ok {
					bad.Add(1)
				}
			}
			get1 := func(w, i int) { c.get(look[0]) }
			cpu := func(to *[]float64, x, _ float64) { *to = append(*to, x) }
			wall := func(to *[]float64, _, x float64) { *to = append(*to, x) }
			for range 3 {
				for _, k := range warm {
					c.get(k)
				}
				c.settle()
			}
			run(2, 50_000, get)
			var x, y float64
			for range 20 { // short, so that some find both cores to themselves
				x, y = run(1, 10_000, get1)
				cpu(&r.one, x, y)
				wall(&r.one1, x, y)
				x, y = run(2, 20_000, get1)
				wall(&r.one2, x, y)
				x, y = run(1, 8_000, get)
				cpu(&r.hit, x, y)
				wall(&r.hit1, x, y)
				x, y = run(2, 16_000, get)
				wall(&r.hit2, x, y)
				x, y = run(1, 10_000, func(w, i int) { c.get(all[2*bound+i%1000]) })
				cpu(&r.miss, x, y)
			}
			if n := bad.Load(); n > 0 {
				fmt.Println(m.name, "misses where hits were expected:", n)
			}
			for _, k := range all {
				c.put(k, v, 0)
			}
			c.settle()
			runtime.GC()
			x, y = run(1, many, func(w, i int) { c.put(all[i], v, 0) })
			c.settle()
			cpu(&r.ins, x, y)
			wall(&r.ins1, x, y)
			x, y = run(2, many, func(w, i int) { c.put(all[(i+w*many/2)%many], v, 0) })
			wall(&r.ins2, x, y)
			c.close()
		}
	}
	fmt.Println("\nProcessor time, median; cores: quotient of the best wall times of each")
	fmt.Println("\n| cache | hit, one token | hit, 4,000 tokens | miss | insert when full | 2 cores against 1: one token | 4,000 | insert |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|")
	for i, m := range makers {
		r := out[i]
		fmt.Printf("| %s | %.0f ns | %.0f ns | %.0f ns | %.0f ns | %.2f | %.2f | %.2f |\n", m.name, median(r.one), median(r.hit), median(r.miss), median(r.ins),
			slices.Min(r.one1)/slices.Min(r.one2), slices.Min(r.hit1)/slices.Min(r.hit2), slices.Min(r.ins1)/slices.Min(r.ins2))
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func memory() {
	fmt.Println("\n| cache | empty | entries | heap per entry beyond the copied token | most entries seen during parallel puts |")
	fmt.Println("|---|---:|---:|---:|---:|")
	v := &val{expires: 1 << 40}
	for _, m := range makers {
		before := heap()
		c := m.make(bound)
		empty := heap() - before
		var most, done atomic.Int64
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 50_000 {
					c.put(token(w*1_000_000+i), v, 0)
				}
				done.Add(1)
			}()
		}
		for done.Load() < 4 {
			most.Store(max(most.Load(), int64(c.len())))
			time.Sleep(100 * time.Microsecond)
		}
		wg.Wait()
		c.settle()
		n := c.len()
		after := heap()
		fmt.Printf("| %s | %d KB | %d | %.0f B | %d |\n", m.name, empty/1024, n, float64(after-before)/float64(n)-1024, most.Load())
		runtime.KeepAlive(c)
		c.close()
		c = nil
	}
}

func main() {
	flag.Parse()
	fmt.Println(runtime.Version(), runtime.GOARCH, runtime.NumCPU(), "cores, bound", bound)
	if *only == "" || *only == "cost" {
		cost()
	}
	if *only == "" || *only == "memory" {
		memory()
	}
	if *only == "" || *only == "hits" {
		hits()
	}
}
