package attack

import (
	"slices"
	"testing"
)

// Run sends good and hostile requests to an API, each in a subtest, and reports
// those that it handles wrongly.
//
// If the API rejects good tokens, Run does not try the hostile ones: that those
// are rejected would prove nothing. An API that locks callers out after some bad
// requests has to be built without that.
func Run(t *testing.T, target Target) {
	t.Helper()
	ok := true
	try := func(c Case) {
		passed := t.Run(c.Name, func(t *testing.T) {
			t.Helper()
			if c.Without != "" {
				t.Skip(c.Without)
			}
			if err := c.Try(); err != nil {
				t.Error(err)
			}
		})
		ok = ok && passed
	}
	all := target.Cases(t)
	n := slices.IndexFunc(all, func(c Case) bool { return !c.Good() })
	for _, c := range all[:n] {
		try(c)
	}
	if !ok {
		t.Error("attack: the API rejects good tokens, so the hostile ones were not tried")
		return
	}
	for _, c := range all[n:] {
		try(c)
	}
}
