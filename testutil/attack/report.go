package attack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A report collects the results of cases.
type report struct {
	target Target
	left   int               // cases that were left out
	good   map[bool][]string // names of the good cases, by whether they passed
	served []string          // names of the hostile cases that were served
	faults map[string]*fault // of the other failed cases, by cause
	total  int               // cases tried
	failed int
}

// A fault is one cause with the names of the cases that found it.
type fault struct {
	class class
	cause string
	names []string
}

func newReport(target Target) *report {
	return &report{target: target, good: map[bool][]string{}, faults: map[string]*fault{}}
}

// add adds the result of c.
func (r *report) add(c Case, found []finding) {
	r.total++
	if len(found) > 0 {
		r.failed++
	}
	if c.Good() {
		r.good[len(found) == 0] = append(r.good[len(found) == 0], c.Name)
	}
	if len(found) > 0 && found[0].class == servedHostile {
		r.served = append(r.served, c.Name)
		return
	}
	for _, f := range found {
		if r.faults[f.cause] == nil {
			r.faults[f.cause] = &fault{class: f.class, cause: f.cause}
		}
		r.faults[f.cause].names = append(r.faults[f.cause].names, c.Name)
	}
}

// goodFailures returns which of the good cases passed if one did not, else "".
func (r *report) goodFailures() string {
	rejected := r.good[false]
	if len(rejected) == 0 {
		return ""
	}
	return fmt.Sprintf("attack: the hostile requests were not tried: %d of %d good ones were handled wrongly."+
		"\nCorrect the API or leave these out by Target.Without: %s\nThese passed: %s%s",
		len(rejected), r.total, listed(rejected), listed(r.good[true]), r.withoutText())
}

// summary returns the failures by cause, "" if there are none.
func (r *report) summary() string {
	if r.failed == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "attack: %d of %d requests were handled wrongly", r.failed, r.total)
	if n := len(r.served); n > 0 {
		fmt.Fprintf(&b, "\n%d × the API served a hostile request:%s", n, byGroup(r.served))
	}
	for _, f := range slices.SortedFunc(maps.Values(r.faults), func(a, b *fault) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(len(b.names), len(a.names)),
			cmp.Compare(a.cause, b.cause))
	}) {
		const examples = 3
		some := f.names[:min(len(f.names), examples)]
		fmt.Fprintf(&b, "\n%d × %s:\n\t%s", len(f.names), f.cause, strings.Join(some, ", "))
		if more := len(f.names) - len(some); more > 0 {
			fmt.Fprintf(&b, " and %d more", more)
		}
	}
	return b.String() + r.withoutText()
}

// withoutText says what was left out.
func (r *report) withoutText() string {
	text := ""
	if r.left > 0 {
		text += fmt.Sprintf("\n%d cases were left out by Target.Without", r.left)
	}
	if reason := r.target.WithoutChallenges; reason != "" {
		text += "\nchallenges were not checked: " + reason
	}
	if reason := r.target.WithoutStatuses; reason != "" {
		text += "\nstatuses were not checked: " + reason
	}
	return text
}

// byGroup returns names, a line for each group.
func byGroup(names []string) string {
	var b strings.Builder
	last := ""
	for _, name := range names {
		group, rest, _ := strings.Cut(name, "/")
		if group == last {
			b.WriteString(", " + rest)
		} else {
			b.WriteString("\n\t" + group + ": " + rest)
		}
		last = group
	}
	return b.String()
}

// listed returns names, or "none".
func listed(names []string) string { return cmp.Or(strings.Join(names, ", "), "none") }
