package testutil_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// byHand is the guard in attack_guard_test.go as a Target.
func byHand(made *[]*guard) testutil.Target {
	return testutil.Target{
		Path: "/v1/deals", Scope: theScope,
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			g := newGuard(issuer, handler)
			if made != nil {
				*made = append(*made, g)
			}
			return g
		},
	}
}

// TestAttack has the kit try a guard that is not this library's and makes no
// mistake.
func TestAttack(t *testing.T) { testutil.Attack(t, byHand(nil)) }

// TestAttackNotices weakens that guard in one place after the other, and has the
// cases that are meant for this report it.
func TestAttackNotices(t *testing.T) {
	var guards []*guard
	all := testutil.Attacks(t, byHand(&guards))
	cases := map[string]testutil.Case{}
	for _, c := range all {
		if cases[c.Name].Name != "" {
			t.Errorf("two cases are called %s", c.Name)
		}
		cases[c.Name] = c
		if err := c.Try(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	known := map[string]bool{}
	for _, g := range guards {
		for weakness := range g.known {
			known[weakness] = true
		}
	}
	for weakness, names := range weaknesses {
		if !known[weakness] {
			t.Errorf("the guard does not know the weakness %q", weakness)
		}
		t.Run(weakness, func(t *testing.T) {
			for _, g := range guards {
				g.weakness = weakness
			}
			for _, name := range names {
				if err := cases[name].Try(); err == nil {
					t.Errorf("%s does not notice it", name)
				}
			}
		})
		delete(known, weakness)
	}
	for weakness := range known {
		t.Errorf("no case is known to notice %q", weakness)
	}
}

// A fakeT records what Attack reports.
type fakeT struct {
	testing.TB
	lines *[]string
	name  string
	bad   bool
}

func (f *fakeT) Helper()          {}
func (f *fakeT) Cleanup(c func()) { f.TB.Cleanup(c) }
func (f *fakeT) Error(args ...any) {
	f.bad = true
	*f.lines = append(*f.lines, "error "+f.name+": "+fmt.Sprint(args...))
}
func (f *fakeT) Fatalf(format string, args ...any) {
	*f.lines = append(*f.lines, "fatal: "+fmt.Sprintf(format, args...))
	panic(f)
}
func (f *fakeT) Skip(args ...any) {
	*f.lines = append(*f.lines, "skip "+f.name+": "+fmt.Sprint(args...))
	panic(f)
}
func (f *fakeT) Run(name string, run func(*fakeT)) bool {
	sub := &fakeT{TB: f.TB, lines: f.lines, name: name}
	sub.do(func() { run(sub) })
	return !sub.bad
}

// do calls f, which may end by Skip or Fatalf.
func (f *fakeT) do(call func()) {
	defer func() {
		if p := recover(); p != nil && p != any(f) {
			panic(p)
		}
	}()
	call()
}

// attack returns what Attack reports of target.
func attack(t *testing.T, target testutil.Target) []string {
	var lines []string
	f := &fakeT{TB: t, lines: &lines}
	f.do(func() { testutil.Attack(f, target) })
	return lines
}

func TestAttackReports(t *testing.T) {
	weak := func(weakness string) testutil.Target {
		target := byHand(nil)
		target.Algorithms = []string{"ES256"}
		target.API = func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			g := newGuard(issuer, handler)
			g.weakness = weakness
			return g
		}
		return target
	}
	t.Run("a weakness", func(t *testing.T) {
		lines := attack(t, weak("audience: a star"))
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "error audience/pattern: ") || !strings.Contains(lines[0], "the handler ran") || !strings.Contains(lines[0], "status 200, want 401 invalid_token") {
			t.Errorf("%q", lines)
		}
	})
	t.Run("good tokens refused", func(t *testing.T) {
		lines := attack(t, weak("good: whole seconds only"))
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "error good/exp-fraction: ") || !strings.Contains(lines[0], "the handler did not run") || !strings.Contains(lines[1], "not tried") {
			t.Errorf("%q", lines)
		}
	})
	t.Run("left out", func(t *testing.T) {
		target := weak("audience: a star")
		target.Without = map[string]string{"audience/pattern": "ours", "scope/*": "no scopes here"}
		lines := attack(t, target)
		if !slices.Contains(lines, "skip audience/pattern: ours") || !slices.Contains(lines, "skip scope/missing: no scopes here") || slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "skip ") }) {
			t.Errorf("%q", lines)
		}
	})
	t.Run("no scope", func(t *testing.T) {
		target := weak("scope: not looked at")
		target.Scope = ""
		if lines := attack(t, target); len(lines) != 0 {
			t.Errorf("%q", lines)
		}
	})
	for name, c := range map[string]struct {
		change func(*testutil.Target)
		want   string
	}{
		"no API":              {func(g *testutil.Target) { g.API = nil }, "Target.API is nil"},
		"a name of no case":   {func(g *testutil.Target) { g.Without = map[string]string{"audience/patern": "x"} }, "name of no case"},
		"no reason":           {func(g *testutil.Target) { g.Without = map[string]string{"audience/pattern": ""} }, "has no reason"},
		"a group of no name":  {func(g *testutil.Target) { g.With = []string{"stern"} }, `no group "stern"`},
		"an algorithm of HS":  {func(g *testutil.Target) { g.Algorithms = []string{"HS256"} }, "HS256"},
		"a path that is none": {func(g *testutil.Target) { g.Path = "deals" }, "Target.Path"},
	} {
		t.Run(name, func(t *testing.T) {
			target := byHand(nil)
			c.change(&target)
			if lines := attack(t, target); len(lines) != 1 || !strings.HasPrefix(lines[0], "fatal: testutil: ") || !strings.Contains(lines[0], c.want) {
				t.Errorf("%q", lines)
			}
		})
	}
}

// TestAttackStrict shows that a guard which makes no mistake by the RFCs does not
// pass the further groups unless it is stricter than they are.
func TestAttackStrict(t *testing.T) {
	target := byHand(nil)
	target.Algorithms = []string{"ES256"}
	target.With, target.Revoke = []string{"strict", "rfc9068", "age"}, func(string) {}
	lines := attack(t, target)
	for _, name := range []string{
		"strict/Kid-beside-kid", "strict/1e400", "strict/cty-JWT", "strict/sub-empty", "strict/no-token", "strict/outage", "strict/keys-twice",
		"rfc9068/without-jti", "rfc9068/typ-JWT", "age/unknown", "revoked/seen", "revoked/unseen",
	} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "error "+name+": ") }) {
			t.Errorf("%s does not notice a guard that is not made for it", name)
		}
	}
	for _, line := range lines {
		if group, _, _ := strings.Cut(strings.TrimPrefix(line, "error "), "/"); group != "strict" && group != "rfc9068" && group != "age" && group != "revoked" {
			t.Error(line)
		}
	}
}

// TestListCases prints every case of the kit: go test -run ListCases -v.
func TestListCases(t *testing.T) {
	target := byHand(nil)
	target.With, target.Revoke = []string{"strict", "rfc9068", "discovery", "clock", "age"}, func(string) {}
	for _, c := range testutil.Attacks(t, target) {
		fmt.Fprintf(t.Output(), "%s: %s (%s)\n", c.Name, c.Tries, c.Want)
	}
}
