package attack_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// byHand is the guard in guard_test.go as a Target. If made is not nil, the guards
// are appended to it.
func byHand(made *[]*guard) attack.Target {
	return attack.Target{
		Path: "/v1/deals", Scope: theScope, Slow: true, Cookie: theCookie, Batch: true,
		DPoP: theBase, Certificates: true,
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			g := newGuard(issuer, handler)
			if made != nil {
				*made = append(*made, g)
			}
			return g
		},
	}
}

// everyGroup is byHand with all groups.
func everyGroup() attack.Target {
	target := byHand(nil)
	target.Strict, target.RFC9068, target.Discovery, target.Clock = true, true, true, true
	target.MaxAge, target.Revoke = 24*time.Hour, func(string) {}
	return target
}

// withNonces is byHand for a guard that demands nonces in proofs.
func withNonces(made *[]*guard) attack.Target {
	target := byHand(made)
	target.Nonces = true
	build := target.API
	target.API = func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
		g := build(issuer, handler).(*guard)
		g.nonces = true
		return g
	}
	return target
}

func TestAGuardWithoutMistakesPasses(t *testing.T) { attack.Run(t, byHand(nil)) }

func TestEveryWeaknessOfAGuardIsNoticed(t *testing.T) {
	all := maps.Clone(tokenWeaknesses)
	maps.Copy(all, requestWeaknesses)
	maps.Copy(all, boundWeaknesses)
	notices(t, byHand, all, func(string) bool { return true })
}

func TestEveryWeaknessWithNoncesIsNoticed(t *testing.T) {
	notices(t, withNonces, nonceWeaknesses, func(name string) bool {
		return strings.HasPrefix(name, "dpop/") || strings.HasPrefix(name, "nonce: ")
	})
}

// notices tries the cases of a target whose names are about something against its guards,
// with each weakness.
func notices(
	t *testing.T, target func(*[]*guard) attack.Target, weaknesses map[string][]string,
	about func(name string) bool,
) {
	var guards []*guard
	cases := map[string]attack.Case{}
	for _, c := range target(&guards).Cases(t) {
		cases[c.Name] = c
		if !about(c.Name) {
			continue
		}
		if err := c.Try(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	known := map[string]bool{}
	for _, g := range guards {
		for weakness := range g.known {
			known[weakness] = about(weakness) || known[weakness]
		}
	}
	for weakness, names := range weaknesses {
		if !known[weakness] {
			t.Errorf("the guard does not know the weakness %q", weakness)
		}
		t.Run(weakness, func(t *testing.T) {
			if underRaceDetector && strings.HasPrefix(weakness, "cost: ") {
				t.Skip("run without -race: the time of the race detector would be compared")
			}
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
	for weakness, about := range known {
		if about {
			t.Errorf("no case is known to notice %q", weakness)
		}
	}
}

// fatalT records what Cases reports.
type fatalT struct {
	testing.TB
	text string
}

func (f *fatalT) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	panic(f)
}

func TestATargetThatCannotBeAttackedIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*attack.Target)
		want   string
	}{
		"no API": {func(g *attack.Target) { g.API = nil }, "Target.API"},
		"a name of no case": {
			func(g *attack.Target) { g.Without = map[string]string{"audience/patern": "x"} },
			"name of no case",
		},
		"no reason": {
			func(g *attack.Target) { g.Without = map[string]string{"audience/pattern": ""} }, "reason",
		},
		"an HS algorithm":     {func(g *attack.Target) { g.Algorithms = []string{"HS256"} }, "HS256"},
		"nonces of no proofs": {func(g *attack.Target) { g.DPoP, g.Nonces = "", true }, "Target.DPoP"},
		"a base of no URL":    {func(g *attack.Target) { g.DPoP = "api.example.com" }, "Target.DPoP"},
		"a path of no slash":  {func(g *attack.Target) { g.Path = "deals" }, "Target.Path"},
	} {
		t.Run(name, func(t *testing.T) {
			target := byHand(nil)
			c.change(&target)
			f := &fatalT{TB: t}
			defer func() {
				if recover() != any(f) || !strings.HasPrefix(f.text, "attack: ") ||
					!strings.Contains(f.text, c.want) {
					t.Errorf("%q", f.text)
				}
			}()
			target.Cases(f)
		})
	}
}

func TestNamesAndTextsOfCases(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+/[A-Za-z0-9_+-]+$`)
	seen := map[string]bool{}
	for _, c := range everyGroup().Cases(t) {
		if seen[c.Name] {
			t.Errorf("two cases are called %s", c.Name)
		}
		seen[c.Name] = true
		if !name.MatchString(c.Name) {
			t.Errorf("%s is not a group, a slash and a name", c.Name)
		}
		if !strings.HasSuffix(c.Tries, ".") || c.Want == "" {
			t.Errorf("%s: tries %q, wants %q", c.Name, c.Tries, c.Want)
		}
	}
}

var list = flag.Bool("list-cases", false, "print the cases as a table")

// TestListOfCases prints the cases of an API that accepts the four default
// algorithms and requires a scope:
//
//	go test ./testutil/attack -run ListOfCases -list-cases -v
func TestListOfCases(t *testing.T) {
	if !*list {
		return
	}
	fmt.Println("| case | what it tries | expected |\n|---|---|---|")
	for _, c := range everyGroup().Cases(t) {
		fmt.Printf("| %s | %s | %s |\n", c.Name, c.Tries, c.Want)
	}
}
