package testutil_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

var update = flag.Bool("update", false, "write docs/attacks.md anew")

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

const attacksDoc = "../docs/attacks.md"

// TestAttacksDoc holds docs/attacks.md against the cases.
func TestAttacksDoc(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The attack kit

testutil.Attack sends good and hostile requests to an API, in its owner's own
test, and reports each that is answered wrongly. The API need not be built with
this library: any http.Handler will do that can be given an issuer to trust and
a handler to guard.

` + "```go" + `
func TestAttacks(t *testing.T) {
	testutil.Attack(t, testutil.Target{
		Path: "/v1/deals", Scope: "deals-read",
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			return newAPI(issuer.URL(), issuer.Audience(), handler)
		},
	})
}
` + "```" + `

A case that an API answers otherwise on purpose is left out by its name, with the
reason: Without: map[string]string{"kind/cnf-*": "proofs are checked by the
gateway"}. "go test -run TestAttacks/scope" runs one group.

Right is what the RFCs have: the status; a WWW-Authenticate field with each 401
and 403, which clients can read, with one Bearer challenge and no parameter
twice; no error code that belongs to another status, and none for a request
without a token; nothing of the token in the answer; no request to an address
that the token names; and a handler that did not run. Where the RFCs leave the
choice, as between 400 and 401 for what is no token at all, either will do. An
error code may be missing.

An API that promises more can ask for more: Target.With names the groups strict,
rfc9068, discovery, clock and age, and Target.Revoke is the way to its denylist,
for the group revoked. They are at the end of this page.

A few other cases go beyond what the RFCs demand, because readers differ there and
somebody in front of the API may be the other reader: members that are there
twice with the good one last, times beyond any clock, claims that tell an ID
token, sizes. The kit's own tests hold it against a guard that is not this
library's: it passes whole, and each of some two hundred weaknesses that it can
be given is noticed by the cases that are meant for it.

This page is generated by "go test ./testutil -run AttacksDoc -update".
`)
	group := ""
	target := byHand(nil)
	usual := len(testutil.Attacks(t, target))
	target.With, target.Revoke = []string{"strict", "rfc9068", "discovery", "clock", "age"}, func(string) {}
	cases := testutil.Attacks(t, target)
	for _, c := range cases {
		g, name, _ := strings.Cut(c.Name, "/")
		if g != group {
			n := 0
			for _, other := range cases {
				if strings.HasPrefix(other.Name, g+"/") {
					n++
				}
			}
			if g == "good" && group != "" {
				g, name = "good", c.Name
				b.WriteString("\n## good, once more\n")
			} else {
				fmt.Fprintf(&b, "\n## %s (%d)\n", g, n)
			}
			b.WriteString("\n| case | what it tries | expected |\n|---|---|---|\n")
			group = g
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, c.Tries, c.Want)
	}
	fmt.Fprintf(&b, "\n%d cases in all and %d without the further groups, for an API that accepts RS256,\nPS256, ES256 and EdDSA and demands a scope.\n", len(cases), usual)
	if *update {
		if err := os.WriteFile(attacksDoc, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text, err := os.ReadFile(attacksDoc); err != nil || string(text) != b.String() {
		t.Error("docs/attacks.md is out of date: go test ./testutil -run AttacksDoc -update")
	}
}
