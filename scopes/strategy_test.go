package scopes_test

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// strategies are all strategies by the names that the vector files use.
var strategies = map[string]scopes.Strategy{
	"exact":           scopes.Exact, // what nil stands for
	"hierarchic_dot":  scopes.Hierarchy('.'),
	"inherit_colon":   scopes.Hierarchy(':'),
	"wildcard_fosite": scopes.Wildcard('.'),
	"wildcard_colon":  scopes.Wildcard(':'),
	"implied":         scopes.Implied(implications),
	"smart":           scopes.SMART,
	"openehr":         scopes.OpenEHR,
	"wlcg_path":       scopes.WLCG,
}

var implications = map[string][]string{
	"admin:x": {"write:x"},
	"write:x": {"read:x"},
	"repo":    {"repo:status"},
	"a":       {"b"},
	"b":       {"a", "c"},
	"self":    {"self", "other"},
}

type vector struct {
	Strategy string
	Granted  []string
	Required string
	Expect   string
	Why      string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var all []vector
	for _, name := range []string{"testdata/scope_vectors.json", "testdata/strategy_vectors.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Vectors []vector }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Vectors) == 0 {
			t.Fatalf("%s holds no vectors", name)
		}
		all = append(all, file.Vectors...)
	}
	return all
}

func TestStrategyVectors(t *testing.T) {
	ran := map[string]map[string]int{}
	for _, v := range vectors(t) {
		t.Run(v.Strategy+"/"+strings.Join(v.Granted, "+")+" for "+v.Required, func(t *testing.T) {
			strategy, ok := strategies[v.Strategy]
			if !ok {
				t.Fatalf("no strategy %q", v.Strategy)
			}
			if v.Expect != "met" && v.Expect != "missing" {
				t.Fatalf("expect is %q", v.Expect)
			}
			if ran[v.Strategy] == nil {
				ran[v.Strategy] = map[string]int{}
			}
			ran[v.Strategy][v.Expect]++
			r := scopes.Scope(v.Required)
			if err := r.Err(); err != nil {
				t.Fatal(err)
			}
			want := v.Expect == "met"
			options := []scopes.Options{{Strategy: strategy}}
			if v.Strategy == "exact" {
				options = append(options, scopes.Options{})
			}
			for _, options := range options {
				if got := r.SatisfiedBy(&claims.Token{Scopes: v.Granted}, options); got != want {
					t.Errorf("SatisfiedBy = %v, want %v (%s)", got, want, v.Why)
				}
			}
			// Unrelated scopes make no difference.
			more := append([]string{"", "x", "unrelated/thing"}, v.Granted...)
			if got := r.SatisfiedBy(&claims.Token{Scopes: more}, options[0]); got != want {
				t.Errorf("SatisfiedBy with unrelated scopes = %v, want %v", got, want)
			}
		})
	}
	for name := range strategies {
		if ran[name]["met"] == 0 || ran[name]["missing"] == 0 {
			t.Errorf("%s: %v, want vectors of both kinds", name, ran[name])
		}
	}
}

// RFC 6749, section 3.3: single spaces separate scopes, and whole names are
// compared. The scopes come from a payload, most of them as one string.
func TestScopeClaim(t *testing.T) {
	tests := []struct {
		claim string
		want  bool
	}{
		{`"deals-read"`, true},
		{`"openid deals-read deals-write"`, true},
		{`"deals-write deals-read"`, true},
		{`"deals-write  deals-read"`, true},
		{`["deals-write","deals-read"]`, true},
		{`"deals-read,deals-write"`, false},
		{`"deals-write,deals-read"`, false},
		{`"deals-read, deals-write"`, false},
		{`"deals-write\tdeals-read"`, false},
		{`"deals-write\ndeals-read"`, false},
		{`"deals-write\u00a0deals-read"`, false},
		{`"deals-readwrite"`, false},
		{`"my-deals-read"`, false},
		{`"DEALS-READ"`, false},
		{`["deals-write deals-read"]`, false},
		{`""`, false},
		{`[]`, false},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			covers(t, "O-06")
			var payload claims.Payload
			if err := payload.UnmarshalJSON([]byte(`{"exp":1,"scope":` + test.claim + `}`)); err != nil {
				t.Fatal(err)
			}
			token, err := new(claims.Dialect).Token(payload)
			if err != nil {
				t.Fatal(err)
			}
			if got := scopes.Scope("deals-read").SatisfiedBy(token, scopes.Options{}); got != test.want {
				t.Errorf("SatisfiedBy = %v, want %v; scopes %q", got, test.want, token.Scopes)
			}
		})
	}
}

func TestImpliedCopiesItsTable(t *testing.T) {
	table := map[string][]string{"admin": {"write"}}
	strategy := scopes.Implied(table)
	table["admin"][0] = "everything"
	table["guest"] = []string{"write"}
	admin, guest := &claims.Token{Scopes: []string{"admin"}}, &claims.Token{Scopes: []string{"guest"}}
	if !strategy(admin, "write") || strategy(admin, "everything") || strategy(guest, "write") {
		t.Error("a change of the table changed the strategy")
	}
	if none := scopes.Implied(nil); !none(admin, "admin") || none(admin, "write") {
		t.Error("Implied(nil) does not compare byte for byte")
	}
}

// Implied follows long chains, and ends on a cycle.
func TestImpliedIsTransitive(t *testing.T) {
	table := map[string][]string{}
	name := func(i int) string { return "s" + strings.Repeat("x", i) }
	const n = 200
	for i := range n {
		table[name(i)] = []string{name(i + 1)}
	}
	chain := scopes.Implied(table)
	if !chain(&claims.Token{Scopes: []string{name(0)}},
		name(n)) || chain(&claims.Token{Scopes: []string{name(n)}}, name(0)) {
		t.Error("chain: want the first to cover the last and not the other way round")
	}
	table[name(n)] = []string{name(0)}
	cycle := scopes.Implied(table)
	if !cycle(&claims.Token{Scopes: []string{name(n)}}, name(n-1)) {
		t.Error("cycle: want each to cover each")
	}
}

func TestStrategiesAreSafeConcurrently(t *testing.T) {
	token := &claims.Token{Scopes: []string{"admin:x", "patient/*.rs?a=b", "user/composition-N::*.r",
		"storage.read:/a", "api.*"}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, strategy := range strategies {
				for _, required := range []string{"read:x", "patient/Observation.r?a=b", "user/composition-N::T.r",
					"storage.read:/a/b", "api.read"} {
					strategy(token, required)
				}
			}
		})
	}
	wg.Wait()
}

// Identifiers around the length that is matched without an allocation, with
// patterns that a backtracking matcher would need very long for.
func TestOpenEHRLongPatterns(t *testing.T) {
	for _, n := range []int{10, 100, 126, 127, 128, 129, 1000} {
		as := strings.Repeat("a", n)
		tests := map[string]bool{
			as:                                      true,
			as + "a":                                false,
			"*" + as:                                true,
			"N::" + as:                              false,
			strings.Repeat("*a", n):                 true,
			strings.Repeat("**a", n):                true,
			strings.Repeat("*a", n) + "*":           true,
			strings.Repeat("*a", n+1):               false,
			strings.Repeat("*", n) + "b":            false,
			strings.Repeat("**a", n) + "::**":       false,
			strings.Repeat("a*", n-1) + "*::" + "a": false,
		}
		for pattern, want := range tests {
			token := &claims.Token{Scopes: []string{"user/template-" + pattern + ".r"}}
			if got := scopes.OpenEHR(token, "user/template-"+as+".r"); got != want {
				t.Errorf("%d: %.40s...: %v, want %v", n, pattern, got, want)
			}
		}
	}
}
