// Command conformance prints the table of requirements: what the standards
// demand of a resource server, what this library says to it, and which tests
// ran under each id.
//
//	go run ./internal/tools/conformance           every row
//	go run ./internal/tools/conformance B-21      one row, with all of its tests
//
// It runs "go test -json ./..." in the working directory. With "-" as the first
// argument it reads that command's output from its standard input instead, and
// prints what go test would print on its standard error:
//
//	go test -json ./... | go run ./internal/tools/conformance -
//
// A test says which requirements it covers by t.Attr("requirement", id), called
// once for each. The exit status is 1 if tests fail, if a row is said to hold
// and no test passed under its id, if tests ran under the id of a row that is
// not claimed, or under an id that is no row.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out, log io.Writer) error {
	piped := len(args) > 0 && args[0] == "-"
	if piped {
		args = args[1:]
	}
	sections, err := parseSections(requirements)
	if err != nil {
		return err
	}
	if sections, err = selected(sections, args); err != nil {
		return err
	}
	var results *results
	if piped {
		results, err = readResults(in, log)
	} else {
		results, err = runTests(log)
	}
	if err != nil {
		return err
	}
	if len(args) > 0 {
		printRows(out, sections, results)
		return errors.Join(problems(sections, results)...)
	}
	printTable(out, sections, results)
	return errors.Join(append(problems(sections, results), unknown(sections, results)...)...)
}

// runTests runs the tests of the module in the working directory.
func runTests(log io.Writer) (*results, error) {
	test := exec.Command("go", "test", "-json", "./...")
	test.Stderr = log
	events, err := test.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := test.Start(); err != nil {
		return nil, err
	}
	results, err := readResults(events, log)
	if waitErr := test.Wait(); waitErr != nil {
		err = errors.Join(err, fmt.Errorf("go test: %w", waitErr))
	}
	return results, err
}
