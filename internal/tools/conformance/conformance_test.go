package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

const someRows = `# a comment
## Tokens
A-01|RFC 1|holds|It holds
A-02|RFC 1|decided|It demands x => y is done
## Others
B-01|attack|not-claimed|Later
`

func TestParseSections(t *testing.T) {
	sections, err := parseSections(someRows)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%q",
		sections); got != `[{"Tokens" [{"A-01" "RFC 1" "holds" "It holds" ""} {"A-02" "RFC 1" "decided" "It demands x" "y is done"}]} {"Others" [{"B-01" "attack" "not-claimed" "Later" ""}]}]` {
		t.Error(got)
	}
	for name, text := range map[string]string{
		"a row before the first section": "A-01|RFC 1|holds|x\n",
		"a row of three fields":          "## T\nA-01|RFC 1|holds\n",
		"an unknown verdict":             "## T\nA-01|RFC 1|perhaps|x\n",
		"an id that is there twice":      "## T\nA-01|RFC 1|holds|x\nA-01|RFC 1|holds|x\n",
	} {
		if _, err := parseSections(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// events returns what go test -json prints for tests with ids and an outcome.
func events(tests ...string) string {
	var b strings.Builder
	for _, line := range tests {
		f := strings.Fields(line) // name, ids, outcome
		common := fmt.Sprintf(`"Package":%q,"Test":%q`, module+"/middleware", f[0])
		fmt.Fprintf(&b, "{\"Action\":\"run\",%s}\n", common)
		for _, id := range f[1 : len(f)-1] {
			fmt.Fprintf(&b, "{\"Action\":\"attr\",%s,\"Key\":\"requirement\",\"Value\":%q}\n", common, id)
		}
		fmt.Fprintf(&b, "{\"Action\":\"output\",%s,\"Output\":\"what %s prints\\n\"}\n", common, f[0])
		fmt.Fprintf(&b, "{\"Action\":%q,%s}\n", f[len(f)-1], common)
	}
	return b.String()
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name  string
		tests []string
		want  string // the problems, "" for none
	}{
		{"a row that holds", []string{"TestX A-01 pass"}, ""},
		{"a row that was decided otherwise may have tests", []string{"TestX A-01 pass", "TestY A-02 pass"}, ""},
		{"no test covers a row", []string{"TestX A-02 pass"},
			"A-01 is said to hold, and no test passed under its id"},
		{"the only test of a row is skipped", []string{"TestX A-01 skip"},
			"A-01 is said to hold, and no test passed under its id"},
		{"a row that is not claimed has tests", []string{"TestX A-01 B-01 pass"},
			"B-01 has tests and is not yet claimed"},
		{"an id that is no row", []string{"TestX A-01 pass", "TestY/z C-01 pass"},
			"middleware TestY/z runs under C-01, which is no row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sections, err := parseSections(someRows)
			if err != nil {
				t.Fatal(err)
			}
			found, err := readResults(strings.NewReader(events(c.tests...)), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range append(problems(sections, found), unknown(sections, found)...) {
				got = append(got, err.Error())
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadResults(t *testing.T) {
	t.Run("a failed test is an error, and its output is printed", func(t *testing.T) {
		var log strings.Builder
		found, err := readResults(strings.NewReader(events("TestX A-01 pass", "TestY A-01 fail")), &log)
		if err == nil || log.String() != "what TestY prints\n" {
			t.Errorf("%v, %q", err, log.String())
		}
		if tests := found.covered["A-01"]; len(tests) != 2 || tests[0].outcome != "pass" ||
			tests[1].outcome != "fail" {
			t.Errorf("%v", tests)
		}
	})
	t.Run("the output of a test that did not end is printed", func(t *testing.T) {
		var log strings.Builder
		text := strings.TrimSuffix(events("TestX pass"),
			"{\"Action\":\"pass\",\"Package\":\""+module+"/middleware\",\"Test\":\"TestX\"}\n")
		_, err := readResults(strings.NewReader(text+`{"Action":"fail","Package":"`+module+`/middleware"}`), &log)
		if err == nil || log.String() != "what TestX prints\n" {
			t.Errorf("%v, %q", err, log.String())
		}
	})
	t.Run("a build that fails is an error", func(t *testing.T) {
		var log strings.Builder
		_, err := readResults(strings.NewReader(`{"Action":"build-output","Output":"undefined: x\n"}`+"\n"+`{"Action":"build-fail"}`+"\n"), &log)
		if err == nil || log.String() != "undefined: x\n" {
			t.Errorf("%v, %q", err, log.String())
		}
	})
	for name, text := range map[string]string{"nothing": "", "another format": "ok  \tx\t0.1s\n"} {
		t.Run(name+" is no run of the tests", func(t *testing.T) {
			if _, err := readResults(strings.NewReader(text), io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestRunPrints(t *testing.T) {
	print := func(t *testing.T, args ...string) (string, error) {
		var out strings.Builder
		err := run(append([]string{"-"}, args...),
			strings.NewReader(events("TestX/y B-21 pass", "TestX/z B-21 pass")), &out, io.Discard)
		return out.String(), err
	}
	t.Run("a row with all of its tests", func(t *testing.T) {
		out, err := print(t, "B-21")
		if err != nil || !strings.HasPrefix(out, "B-21 holds: ") ||
			!strings.HasSuffix(out, "[RFC 6750 3.1]\n\tpass middleware TestX/y\n\tpass middleware TestX/z\n") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("every row with its test functions", func(t *testing.T) {
		out, err := print(t)
		if err == nil || !strings.Contains(err.Error(), "B-20 is said to hold") ||
			strings.Contains(err.Error(), "B-21") {
			t.Error(err)
		}
		if !strings.Contains(out, "[RFC 6750 3.1]\n\tmiddleware TestX\nB-22 holds") {
			t.Error(out)
		}
	})
	t.Run("a row that there is not", func(t *testing.T) {
		if _, err := print(t, "X-99"); err == nil {
			t.Error("no error")
		}
	})
}

// TestPage holds docs/conformance.md against the rows.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	sections, err := parseSections(requirements)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	lists := map[string]string{}
	for _, s := range sections {
		for _, r := range s.rows {
			count[r.verdict]++
			lists[r.verdict] += fmt.Sprintf("| %s | %s | %s | %s |\n", r.id, r.source, r.text, r.decision)
		}
	}
	var numbers string
	for _, v := range verdicts {
		numbers += fmt.Sprintf("| %s | %d |\n", v.shown, count[v.word])
	}
	for name, want := range map[string]string{"the numbers": numbers,
		"what is decided otherwise": lists["decided"], "what is not ours": lists["not-ours"]} {
		if !strings.Contains(string(text), "|---|\n"+want+"\n") {
			t.Errorf("docs/conformance.md does not have %s:\n%s", name, want)
		}
	}
}
