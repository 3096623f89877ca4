package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed requirements.txt
var requirements string

// A row is a requirement or an attack.
type row struct {
	id, source string
	verdict    string
	text       string
	decision   string // or the reason; "" if there is nothing to add
}

// A section is a group of rows under a title.
type section struct {
	title string
	rows  []row
}

// verdicts are the words of the file and of the table, in the order of the
// summary.
var verdicts = []struct{ word, shown string }{
	{"holds", "holds"},
	{"decided", "decided otherwise"},
	{"not-ours", "not ours"},
	{"not-claimed", "not yet claimed"},
}

func shown(verdict string) string {
	for _, v := range verdicts {
		if v.word == verdict {
			return v.shown
		}
	}
	return ""
}

// parseSections reads the text of requirements.txt.
func parseSections(text string) ([]section, error) {
	var all []section
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, section{title: title})
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 4 || seen[f[0]] || shown(f[2]) == "" || len(all) == 0 {
			return nil, fmt.Errorf("requirements.txt: %q", line)
		}
		seen[f[0]] = true
		r := row{id: f[0], source: f[1], verdict: f[2]}
		r.text, r.decision, _ = strings.Cut(f[3], " => ")
		at := &all[len(all)-1]
		at.rows = append(at.rows, r)
	}
	return all, nil
}

// selected returns the rows with these ids, or all if ids is empty.
func selected(sections []section, ids []string) ([]section, error) {
	if len(ids) == 0 {
		return sections, nil
	}
	var some []section
	for _, id := range ids {
		found := false
		for _, s := range sections {
			if i := slices.IndexFunc(s.rows, func(r row) bool { return r.id == id }); i >= 0 {
				some = append(some, section{s.title, s.rows[i : i+1]})
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no row %s", id)
		}
	}
	return some, nil
}
