package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const module = "github.com/bearerguard/bearerguard"

// A test is one test or subtest that ran.
type test struct {
	pkg     string // within the module
	name    string
	outcome string // pass, fail or skip; "" if it did not end
}

// results are the tests that ran, by the ids that they cover.
type results struct {
	covered map[string][]*test
}

// An event is a line of "go test -json", as far as it matters here.
type event struct {
	Action, Package, Test, Output, Key, Value string
}

type testKey struct{ pkg, name string }

// readResults reads the output of "go test -json". It writes to log what go
// test without -json would print: a line for each package and the output of
// tests that fail. A failed test is an error.
func readResults(events io.Reader, log io.Writer) (*results, error) {
	found := &results{covered: map[string][]*test{}}
	running := map[testKey]*test{}
	output := map[testKey]*strings.Builder{}
	failed, n := false, 0
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		var e event
		if len(line) > 0 && json.Unmarshal(line, &e) != nil {
			fmt.Fprintf(log, "%s", line) // of the go command itself
		}
		if e.Action != "" {
			n++
		}
		key := testKey{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			io.WriteString(log, e.Output)
		case "build-fail":
			failed = true
		case "output":
			if e.Test == "" {
				if e.Output != "PASS\n" {
					io.WriteString(log, e.Output)
				}
				break
			}
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
		case "attr":
			if e.Key != "requirement" {
				break
			}
			if running[key] == nil {
				running[key] = &test{pkg: strings.TrimPrefix(strings.TrimPrefix(e.Package, module), "/"), name: e.Test}
			}
			found.covered[e.Value] = append(found.covered[e.Value], running[key])
		case "pass", "fail", "skip":
			if e.Action == "fail" {
				failed = true
				for k, text := range output {
					if k == key || e.Test == "" && k.pkg == e.Package { // the test, or one that did not end
						io.WriteString(log, text.String())
					}
				}
			}
			delete(output, key)
			if running[key] != nil {
				running[key].outcome = e.Action
				delete(running, key)
			}
		}
		if err != nil {
			break
		}
	}
	switch {
	case n == 0:
		return nil, errors.New("no test events: pipe the output of \"go test -json ./...\" in")
	case failed:
		return found, errors.New("tests failed")
	}
	return found, nil
}
