package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

const figuresFile = "performance.json"

// figures are what the summary and the charts show. They are kept in a file, so
// that the charts can be drawn again.
type figures struct {
	Machine string `json:"machine"`
	// NewToken is by algorithm, sorted by time.
	NewToken    map[string][]cost `json:"newToken"`
	CachedToken []cost            `json:"cachedToken"`
	Throughput  []rate            `json:"throughput"`
	Rotation    rotation          `json:"rotation"`
}

// A cost is the processor time of one request.
type cost struct {
	Name        string  `json:"name"`
	Nanoseconds float64 `json:"nanoseconds"`
	Ours        bool    `json:"ours,omitempty"`
}

// A rate is how many requests a server handled over loopback.
type rate struct {
	Setting   string  `json:"setting"`
	Name      string  `json:"name"`
	PerSecond float64 `json:"perSecond"`
	Ours      bool    `json:"ours,omitempty"`
}

// A rotation is how many good requests were lost after a key rotation that
// followed a token with an unknown key id.
type rotation struct {
	Requests int    `json:"requests"`
	Lost     []loss `json:"lost"`
}

type loss struct {
	Name string `json:"name"`
	Lost int    `json:"lost"`
	Ours bool   `json:"ours,omitempty"`
}

func newFigures() figures {
	machine := fmt.Sprintf("%s, %s/%s, %d cores", runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU())
	return figures{Machine: machine, NewToken: map[string][]cost{}}
}

func readFigures(dir string) (figures, error) {
	var f figures
	data, err := os.ReadFile(filepath.Join(dir, figuresFile))
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("%s: %w", figuresFile, err)
	}
	return f, nil
}

func (f figures) write(dir string) error {
	data, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, figuresFile), append(data, '\n'), 0o644)
}

// writeSummary writes the table that the page begins with.
func writeSummary(w io.Writer, f figures) {
	fmt.Fprintf(w, "%s.\n", f.Machine)
	if len(f.NewToken) == 0 {
		return
	}
	fmt.Fprintln(w, "\n| time per request; less is better | signature check alone | bearerguard | fastest other library |")
	fmt.Fprintln(w, "|---|---:|---:|---:|")
	micro := func(c cost) string { return fmt.Sprintf("%.3g µs", c.Nanoseconds/1000) }
	for _, alg := range algorithms {
		all := f.NewToken[alg]
		fmt.Fprintf(w, "| new %s token | %s | **%s** | %s (%s) |\n", alg, micro(named(all, bareCheck(alg))),
			micro(named(all, oursNew)), micro(fastestOther(all)), fastestOther(all).Name)
	}
	if all := f.CachedToken; len(all) > 0 {
		other := fastestOther(all)
		fmt.Fprintf(w, "| cached RS256 token | %s | **%s** | %s (%s, which verifies it again) |\n",
			micro(named(all, bareCheck("RS256"))), micro(named(all, cachedNetHTTP)), micro(other), other.Name)
	}
}

func named(all []cost, name string) cost {
	for _, c := range all {
		if c.Name == name {
			return c
		}
	}
	return cost{Name: name}
}

// fastestOther returns the first library in all, which is sorted by time.
func fastestOther(all []cost) cost {
	for _, c := range all {
		if isLibrary(c.Name) {
			return c
		}
	}
	return cost{}
}

// isLibrary reports whether name is that of a library other than bearerguard.
func isLibrary(name string) bool {
	for _, g := range libraries {
		if g.name == name {
			return true
		}
	}
	return false
}
