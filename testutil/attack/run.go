package attack

import (
	"cmp"
	"runtime"
	"slices"
	"testing"
)

// Run sends good and hostile requests to an API, each in a subtest, and reports
// those that it handles wrongly: first the hostile ones that it served, then the
// others by cause, then a summary.
//
// If the API rejects good tokens, Run does not try the hostile ones: that those
// are rejected would prove nothing. An API that locks callers out after some bad
// requests has to be built without that.
func Run(t *testing.T, target Target) {
	t.Helper()
	cases := target.Cases(t)
	hostile := slices.IndexFunc(cases, func(c Case) bool { return !c.Good() })
	r := newReport(target)
	run(t, cases[:hostile], r)
	if text := r.goodFailures(); text != "" {
		t.Error(text)
		return
	}
	run(t, cases[hostile:], r)
	if text := r.summary(); text != "" {
		t.Error(text)
	}
}

// run tries cases and adds the results to r.
func run(t *testing.T, cases []Case, r *report) {
	var waiting []*subtest
	defer func() {
		slices.SortStableFunc(waiting, func(a, b *subtest) int {
			x, y := a.found[0], b.found[0]
			return cmp.Or(cmp.Compare(x.class, y.class), cmp.Compare(x.cause, y.cause))
		})
		for n, s := range waiting {
			first := n == 0 || waiting[n-1].found[0].cause != s.found[0].cause
			s.end(first)
		}
	}()
	for _, c := range cases {
		s := start(t, c)
		switch s.state {
		case aborted:
			runtime.Goexit()
		case leftOut:
			r.left++
		case tried:
			r.add(c, s.found)
		case waits:
			r.add(c, s.found)
			waiting = append(waiting, s)
		}
	}
}

// A subtest tries one case. If the API served a hostile request, or rejected a
// good one, it reports that at once. Otherwise a failed subtest waits, so that its
// report follows those that matter more.
type subtest struct {
	state state
	found []finding
	next  chan bool // lets the subtest go on; whether to describe the case in full
	ended chan struct{}
}

type state int

const (
	notRun  state = iota // the -run flag excludes it
	aborted              // the API's test ended the parent test
	leftOut
	tried
	waits
)

// start returns when the case was tried.
func start(t *testing.T, c Case) *subtest {
	s := &subtest{state: aborted, next: make(chan bool), ended: make(chan struct{})}
	failed := make(chan struct{})
	go func() {
		defer close(s.ended)
		t.Run(c.Name, func(t *testing.T) {
			if c.Without != "" {
				s.state = leftOut
				t.Skip(c.Without)
			}
			s.found = c.try()
			switch {
			case len(s.found) == 0:
				s.state = tried
			case s.found[0].class <= rejectedGood:
				s.state = tried
				t.Error(c.Tries + "\n" + lines(s.found))
			default:
				s.state = waits
				close(failed)
				if inFull := <-s.next; inFull {
					t.Error(c.Tries + "\n" + lines(s.found))
				} else {
					t.Error(lines(s.found))
				}
			}
		})
		if s.state == aborted {
			s.state = notRun
		}
	}()
	select {
	case <-failed:
	case <-s.ended:
	}
	return s
}

// end lets a subtest that waits report.
func (s *subtest) end(inFull bool) {
	s.next <- inFull
	<-s.ended
}
