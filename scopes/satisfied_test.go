package scopes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestSatisfiedBy(t *testing.T) {
	type token = claims.Token
	tests := []struct {
		name string
		need scopes.Requirement
		have token
		want bool
	}{
		{"nothing", nothing, token{}, true},
		{"all of nothing", scopes.All(), token{}, true},
		{"all of nothings", scopes.All(nothing, nothing), token{}, true},
		{"any of nothing", never, token{Scopes: []string{"a"}}, false},
		{"scope", scopeA, token{Scopes: []string{"b", "a"}}, true},
		{"no scope", scopeA, token{Scopes: []string{"b"}}, false},
		{"nil scopes", scopeA, token{}, false},
		{"a role is no scope", scopeA, token{Roles: []string{"a"}}, false},
		{"a group is no scope", scopeA, token{Groups: []string{"a"}}, false},
		{"role", admin, token{Roles: []string{"admin"}}, true},
		{"role in another case", admin, token{Roles: []string{"Admin"}}, false},
		{"longer role", admin, token{Roles: []string{"administrator"}}, false},
		{"a scope is no role", admin, token{Scopes: []string{"admin"}}, false},
		{"a group is no role", admin, token{Groups: []string{"admin"}}, false},
		{"group", ops, token{Groups: []string{"ops"}}, true},
		{"a role is no group", ops, token{Roles: []string{"ops"}}, false},
		{"where", ofTenant("t1"), token{Tenant: "t1"}, true},
		{"where not", ofTenant("t1"), token{Tenant: "t2"}, false},
		{"all", scopes.All(scopeA, scopeB), token{Scopes: []string{"a", "b"}}, true},
		{"all but one", scopes.All(scopeA, scopeB), token{Scopes: []string{"b"}}, false},
		{"all but the other", scopes.All(scopeA, scopeB), token{Scopes: []string{"a"}}, false},
		{"all and nothing", scopes.All(nothing, scopeA), token{}, false},
		{"all and never", scopes.All(scopeA, never), token{Scopes: []string{"a"}}, false},
		{"any", scopes.Any(scopeA, admin), token{Roles: []string{"admin"}}, true},
		{"any first", scopes.Any(scopeA, admin), token{Scopes: []string{"a"}}, true},
		{"any none", scopes.Any(scopeA, admin), token{Scopes: []string{"b"}}, false},
		{"any or never", scopes.Any(never, scopeA), token{Scopes: []string{"a"}}, true},
		{"nested", scopes.All(scopeA, scopes.Any(admin, scopes.All(scopeB, ops))),
			token{Scopes: []string{"a", "b"}, Groups: []string{"ops"}}, true},
		{"nested not", scopes.All(scopeA, scopes.Any(admin, scopes.All(scopeB, ops))),
			token{Scopes: []string{"a", "b"}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.need.Err(); err != nil {
				t.Fatal(err)
			}
			if got := test.need.SatisfiedBy(&test.have, scopes.Options{}); got != test.want {
				t.Errorf("SatisfiedBy = %v, want %v", got, test.want)
			}
			missing := test.need.Missing(&test.have, scopes.Options{})
			if (missing == nil) != test.want {
				t.Errorf("Missing = %q although SatisfiedBy is %v", missing, test.want)
			}
			if test.need.SatisfiedBy(nil, scopes.Options{}) {
				t.Error("a nil token satisfies it")
			}
			if test.need.Missing(nil, scopes.Options{}) == nil {
				t.Error("a nil token misses nothing")
			}
		})
	}
}

func TestMissing(t *testing.T) {
	need := scopes.All(scopeA, scopeB, scopes.Any(admin, scopes.All(ops, scopeB)), ofTenant("t1"))
	tests := []struct {
		name string
		need scopes.Requirement
		have claims.Token
		want []string
	}{
		{"everything", need, claims.Token{}, []string{"a", "b", "role:admin or (group:ops and b)",
			`where:"tenant t1"`}},
		{"some", need, claims.Token{Scopes: []string{"a", "b"}, Tenant: "t1"},
			[]string{"role:admin or (group:ops and b)"}},
		{"nothing", need, claims.Token{Scopes: []string{"a", "b"}, Groups: []string{"ops"}, Tenant: "t1"}, nil},
		{"any", scopes.Any(scopeA, admin), claims.Token{}, []string{"a or role:admin"}},
		{"never", never, claims.Token{}, []string{"any()"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.need.Missing(&test.have, scopes.Options{}); !slices.Equal(got, test.want) {
				t.Errorf("Missing = %q, want %q", got, test.want)
			}
		})
	}
	t.Run("by the strategy", func(t *testing.T) {
		have := &claims.Token{Scopes: []string{"api"}}
		got := scopes.All(scopes.Scope("api.read"), scopeA).Missing(have,
			scopes.Options{Strategy: scopes.Hierarchy('.')})
		if !slices.Equal(got, []string{"a"}) {
			t.Errorf("Missing = %q, want only a", got)
		}
	})
}

// Every request calls SatisfiedBy.
func TestSatisfiedByDoesNotAllocate(t *testing.T) {
	token := &claims.Token{
		Scopes: []string{"openid", "patient/*.rs?category=laboratory", "user/composition-N::*.cr",
			"storage.read:/a", "deals", "deals-write", "deals-read"},
		Roles: []string{"user", "trader"},
	}
	exact := scopes.All(scopes.Scope("deals-read"), scopes.Scope("deals-write"),
		scopes.Any(admin, scopes.Role("trader")))
	tests := []struct {
		name    string
		need    scopes.Requirement
		options scopes.Options
	}{
		{"nothing", nothing, scopes.Options{}},
		{"scope", scopes.Scope("deals-read"), scopes.Options{}},
		{"all", exact, scopes.Options{}},
		{"exact", exact, scopes.Options{Strategy: scopes.Exact}},
		{"hierarchy", scopes.Scope("deals.read"), scopes.Options{Strategy: scopes.Hierarchy('.')}},
		{"wildcard", exact, scopes.Options{Strategy: scopes.Wildcard('.')}},
		{"implied", scopes.Scope("read"),
			scopes.Options{Strategy: scopes.Implied(map[string][]string{"deals-read": {"read"}})}},
		{"smart", scopes.Scope("patient/Observation.read"),
			scopes.Options{Strategy: func(t *claims.Token, _ string) bool {
				return scopes.SMART(t, "patient/Observation.r?category=laboratory")
			}}},
		{"openehr", scopes.Scope("user/composition-N::T.v1.c"), scopes.Options{Strategy: scopes.OpenEHR}},
		{"wlcg", scopes.Scope("storage.read:/a/b/c"), scopes.Options{Strategy: scopes.WLCG}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !test.need.SatisfiedBy(token, test.options) {
				t.Fatal("not satisfied")
			}
			if n := testing.AllocsPerRun(100, func() { test.need.SatisfiedBy(token, test.options) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func BenchmarkSatisfiedBy(b *testing.B) {
	token := &claims.Token{
		Scopes: []string{"openid", "profile", "patient/*.rs?category=laboratory", "user/composition-N::*.cr",
			"deals-write", "deals-read"},
		Roles: []string{"user", "trader"},
	}
	for _, bench := range []struct {
		name     string
		need     scopes.Requirement
		strategy scopes.Strategy
	}{
		{"Exact", scopes.Scope("deals-read"), nil},
		{"All", scopes.All(scopes.Scope("deals-read"), scopes.Scope("deals-write"), scopes.Role("trader")), nil},
		{"Wildcard", scopes.Scope("deals-read"), scopes.Wildcard('.')},
		{"SMART", scopes.Scope("patient/Observation.r?category=laboratory"), scopes.SMART},
		{"SMARTFiltered", scopes.SMARTFiltered("patient/Observation.r"), nil},
		{"OpenEHR", scopes.Scope("user/composition-N::T.v1.c"), scopes.OpenEHR},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !bench.need.SatisfiedBy(token, scopes.Options{Strategy: bench.strategy}) {
					b.Fatal("not satisfied")
				}
			}
		})
	}
}

// The most expensive tokens of 16 KiB for the strategies that do more than
// compare.
func BenchmarkSatisfiedByHostile(b *testing.B) {
	var constrained []string
	for i := range 700 {
		constrained = append(constrained, fmt.Sprintf("patient/*.r?a=%d", i))
	}
	stars := "user/composition-" + strings.Repeat("*a", 6000) + ".r"
	for _, bench := range []struct {
		name     string
		scopes   []string
		need     scopes.Requirement
		strategy scopes.Strategy
	}{
		{"SMARTFiltered", constrained, scopes.SMARTFiltered("patient/Observation.rs"), nil},
		{"OpenEHR", []string{stars}, scopes.Scope("user/composition-" + strings.Repeat("a", 200) + ".r"),
			scopes.OpenEHR},
	} {
		b.Run(bench.name, func(b *testing.B) {
			token := &claims.Token{Scopes: bench.scopes}
			for b.Loop() {
				if bench.need.SatisfiedBy(token, scopes.Options{Strategy: bench.strategy}) {
					b.Fatal("satisfied")
				}
			}
		})
	}
}
