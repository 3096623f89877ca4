package scopes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

var (
	scopeA, scopeB = scopes.Scope("a"), scopes.Scope("b")
	admin, ops     = scopes.Role("admin"), scopes.Group("ops")
	never          = scopes.Any()
	nothing        scopes.Requirement
)

func ofTenant(name string) scopes.Requirement {
	return scopes.Where("tenant "+name, func(t *claims.Token) bool { return t.Tenant == name })
}

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
		{"nested", scopes.All(scopeA, scopes.Any(admin, scopes.All(scopeB, ops))), token{Scopes: []string{"a", "b"}, Groups: []string{"ops"}}, true},
		{"nested not", scopes.All(scopeA, scopes.Any(admin, scopes.All(scopeB, ops))), token{Scopes: []string{"a", "b"}}, false},
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

func TestErr(t *testing.T) {
	bad := scopes.Scope("")
	tests := []struct {
		name, ids string
		need      scopes.Requirement
		want      string // part of the error's text
	}{
		{"empty", "B-14", bad, `""`},
		{"space", "B-14", scopes.Scope("a b"), `"a b"`},
		{"quote", "B-14", scopes.Scope(`a"b`), `a\"b`},
		{"backslash", "B-14", scopes.Scope(`a\b`), `a\\b`},
		{"tab", "B-14", scopes.Scope("a\tb"), `a\tb`},
		{"newline", "B-14", scopes.Scope("a\nb"), `a\nb`},
		{"null", "B-14", scopes.Scope("a\x00"), `\x00`},
		{"delete", "B-14", scopes.Scope("a\x7f"), `\x7f`},
		{"umlaut", "B-14", scopes.Scope("lösen"), "lösen"},
		{"no-break space", "B-14", scopes.Scope("a\u00a0b"), `\u00a0`},
		{"offline_access", "MCP-09", scopes.Scope("offline_access"), "refresh token"},
		{"empty role", "", scopes.Role(""), "role"},
		{"empty group", "", scopes.Group(""), "group"},
		{"nameless condition", "", scopes.Where("", func(*claims.Token) bool { return true }), "condition"},
		{"condition without function", "", scopes.Where("x", nil), `"x"`},
		{"alternative that requires nothing", "", scopes.Any(scopeA, nothing), "alternative"},
		{"only alternative requires nothing", "", scopes.Any(nothing), "alternative"},
		{"part of all", "", scopes.All(scopeA, bad), `""`},
		{"alternative", "", scopes.Any(scopeA, bad), `""`},
		{"deep inside", "", scopes.Any(scopeA, scopes.All(scopeB, scopes.Any(admin, bad))), `""`},
		{"among one", "", scopes.All(bad), `""`},
		{"not SMART", "", scopes.SMARTFiltered("deals-read"), "SMART"},
	}
	everything := &claims.Token{
		Scopes: []string{"", "a", "b", "a b", `a"b`, `a\b`, "a\tb", "a\nb", "a\x00", "a\x7f", "lösen", "a\u00a0b", "offline_access", "deals-read"},
		Roles:  []string{"", "admin"},
		Groups: []string{""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
			err := test.need.Err()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Err = %v, want %q in it", err, test.want)
			}
			// Not even a token that has everything satisfies it, under any strategy.
			for name, strategy := range strategies {
				if test.need.SatisfiedBy(everything, scopes.Options{Strategy: strategy}) {
					t.Errorf("%s: satisfied in spite of the error", name)
				}
			}
			if test.need.SatisfiedBy(everything, scopes.Options{}) {
				t.Error("satisfied in spite of the error")
			}
			if names := test.need.Scopes(); names != nil {
				t.Errorf("Scopes = %q, want none", names)
			}
			if _, _, needed := test.need.StepUp(everything, scopes.Options{}); needed {
				t.Error("asks for an authentication that cannot help")
			}
			if missing := test.need.Missing(everything, scopes.Options{}); len(missing) != 1 {
				t.Errorf("Missing = %q", missing)
			}
		})
	}
	t.Run("all errors are reported", func(t *testing.T) {
		err := scopes.All(scopes.Scope("x y"), scopeA, scopes.Any(scopes.Role(""), scopes.Scope("z z"))).Err()
		for _, want := range []string{`"x y"`, `"z z"`, "role"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Err = %v, want %q in it", err, want)
			}
		}
	})
	t.Run("every byte", func(t *testing.T) {
		covers(t, "B-14")
		for c := range 256 {
			valid := c == 0x21 || 0x23 <= c && c <= 0x5B || 0x5D <= c && c <= 0x7E
			if err := scopes.Scope("a" + string([]byte{byte(c)})).Err(); (err == nil) != valid {
				t.Errorf("byte %#x: %v", c, err)
			}
		}
	})
}

func TestScopes(t *testing.T) {
	authenticated := scopes.Authentication(0, "gold")
	tests := []struct {
		name, ids string
		need      scopes.Requirement
		want      []string
	}{
		{"nothing", "", nothing, nil},
		{"never", "", never, nil},
		{"role", "", admin, nil},
		{"scope", "", scopeA, []string{"a"}},
		{"all in order", "MCP-07", scopes.All(scopeB, admin, scopeA), []string{"b", "a"}},
		{"once each", "", scopes.All(scopeB, scopeA, scopeB), []string{"b", "a"}},
		{"first alternative", "", scopes.Any(scopeB, scopeA), []string{"b"}},
		{"first alternative, all of it", "", scopes.Any(scopes.All(scopeB, scopes.Scope("c")), scopeA), []string{"b", "c"}},
		{"first alternative that names one", "", scopes.Any(admin, authenticated, scopeA), []string{"a"}},
		{"alternative that is named already", "", scopes.All(scopeA, scopes.Any(scopeA, scopeB)), []string{"a"}},
		{"nested", "", scopes.All(scopeA, scopes.Any(admin, scopes.All(ops, scopeB, scopeA))), []string{"a", "b"}},
		{"filtered", "", scopes.All(scopes.SMARTFiltered("system/Patient.r"), scopeA), []string{"system/Patient.r", "a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
			covers(t, "B-21")
			got := test.need.Scopes()
			if !slices.Equal(got, test.want) {
				t.Fatalf("Scopes = %q, want %q", got, test.want)
			}
			if len(got) > 0 {
				got[0] = "changed"
				if again := test.need.Scopes(); again[0] == "changed" {
					t.Error("the caller can change the requirement")
				}
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
		{"everything", need, claims.Token{}, []string{"a", "b", "role:admin or (group:ops and b)", `where:"tenant t1"`}},
		{"some", need, claims.Token{Scopes: []string{"a", "b"}, Tenant: "t1"}, []string{"role:admin or (group:ops and b)"}},
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
		got := scopes.All(scopes.Scope("api.read"), scopeA).Missing(have, scopes.Options{Strategy: scopes.Hierarchy('.')})
		if !slices.Equal(got, []string{"a"}) {
			t.Errorf("Missing = %q, want only a", got)
		}
	})
}

// A requirement copies the slices that it is built from.
func TestRequirementIsImmutable(t *testing.T) {
	parts := []scopes.Requirement{scopeA, scopeB}
	all, any := scopes.All(parts...), scopes.Any(parts...)
	acr := []string{"gold", "silver"}
	authentication := scopes.Authentication(0, acr...)
	one, two := scopes.All(all, admin), scopes.All(all, ops)
	parts[0], parts[1], acr[0] = nothing, nothing, "none"
	for want, r := range map[string]scopes.Requirement{
		"a and b":                             all,
		"a or b":                              any,
		"authentication(acr:gold acr:silver)": authentication,
		"a and b and role:admin":              one,
		"a and b and group:ops":               two,
	} {
		if got := r.String(); got != want {
			t.Errorf("%s became %s", want, got)
		}
	}
	values, _, _ := authentication.StepUp(&claims.Token{}, scopes.Options{})
	values[0] = "none"
	if got := authentication.String(); got != "authentication(acr:gold acr:silver)" {
		t.Errorf("StepUp's caller changed the requirement to %s", got)
	}
}

// Every request calls SatisfiedBy.
func TestSatisfiedByDoesNotAllocate(t *testing.T) {
	token := &claims.Token{
		Scopes: []string{"openid", "patient/*.rs?category=laboratory", "user/composition-N::*.cr", "storage.read:/a", "deals", "deals-write", "deals-read"},
		Roles:  []string{"user", "trader"},
	}
	exact := scopes.All(scopes.Scope("deals-read"), scopes.Scope("deals-write"), scopes.Any(admin, scopes.Role("trader")))
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
		{"implied", scopes.Scope("read"), scopes.Options{Strategy: scopes.Implied(map[string][]string{"deals-read": {"read"}})}},
		{"smart", scopes.Scope("patient/Observation.read"), scopes.Options{Strategy: func(t *claims.Token, _ string) bool {
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
		Scopes: []string{"openid", "profile", "patient/*.rs?category=laboratory", "user/composition-N::*.cr", "deals-write", "deals-read"},
		Roles:  []string{"user", "trader"},
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
		{"OpenEHR", []string{stars}, scopes.Scope("user/composition-" + strings.Repeat("a", 200) + ".r"), scopes.OpenEHR},
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
