package scopes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/scopes"
)

func list(n int, elem func(i int) string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = elem(i)
	}
	return list
}

func numbered(format string) func(i int) string {
	return func(i int) string { return fmt.Sprintf(format, i) }
}

func same(s string) func(i int) string { return func(int) string { return s } }

// hostileScopes are lists of n scopes that are expensive to compare with one required
// scope, which may be as long as the list.
var hostileScopes = []struct {
	name     string
	granted  func(n int) []string
	required func(n int) string
}{
	{"many that differ", func(n int) []string { return list(n, numbered("scope.%07d")) },
		func(int) string { return "scope.x" }},
	{"many that are equal", func(n int) []string { return list(n, same("scope.a")) },
		func(int) string { return "scope.x" }},
	{"a long common prefix", func(n int) []string {
		return list(n, numbered(strings.Repeat("a.", 30)+"%07d"))
	}, func(int) string { return strings.Repeat("a.", 30) + "x" }},
	{"a long required scope, and prefixes of it", func(n int) []string {
		return list(n, func(i int) string { return strings.Repeat("a.", i%50) + "a" })
	}, func(n int) string { return strings.Repeat("a.", 10*n) + "x" }},
	{"a long segment, and wildcards", func(n int) []string { return list(n, numbered("*.%07d")) },
		func(n int) string { return strings.Repeat("a", 10*n) + ".x" }},
	{"long wildcards", func(n int) []string {
		return []string{
			strings.Repeat("*.", n) + "b", strings.Repeat("*.a.", n) + "b", strings.Repeat("a.", n) + "*",
		}
	}, func(n int) string { return strings.Repeat("a.", n) + "x" }},
	{"SMART, many that differ", func(n int) []string {
		return list(n, numbered("user/Observation.r?category=%07d"))
	}, func(int) string { return "user/Observation.rs" }},
	{"SMART, many parameters of one", func(n int) []string {
		return []string{"user/Observation.rs?" + strings.Join(list(n, numbered("a=%07d")), "&")}
	}, func(n int) string {
		return "user/Observation.rs?" + strings.Join(list(n, numbered("b=%07d")), "&")
	}},
	{"SMART, equal parameters in another order", func(n int) []string {
		return []string{"user/Observation.rs?" + strings.Join(list(n, numbered("a=%07d")), "&")}
	}, func(n int) string {
		return "user/Observation.rs?" + strings.Join(list(n, func(i int) string {
			return fmt.Sprintf("a=%07d", n-i)
		}), "&")
	}},
	{"SMART, many with parameters of a long one", func(n int) []string {
		return list(n, numbered("user/Observation.r?a=%07d"))
	}, func(n int) string {
		return "user/Observation.rs?" + strings.Join(list(n, numbered("a=%07d")), "&")
	}},
	{"SMART, one long parameter", func(n int) []string {
		return list(n, numbered("user/Observation.r?a=%07d"))
	}, func(n int) string { return "user/Observation.rs?a=" + strings.Repeat("a", 8*n) }},
	{"SMART, not quite", func(n int) []string { return list(n, numbered("user/Observation.sr?a=%07d")) },
		func(int) string { return "user/Observation.rs" }},
	{"openEHR, many patterns", func(n int) []string {
		return list(n, numbered("user/composition-*%07d*.r"))
	}, func(int) string { return "user/composition-" + strings.Repeat("01", 30) + ".c" }},
	{"openEHR, many patterns and a long identifier", func(n int) []string {
		return list(n, numbered("user/composition-*%07d*.c"))
	}, func(n int) string { return "user/composition-" + strings.Repeat("01", 4*n) + ".c" }},
	{"openEHR, one pattern of stars", func(n int) []string {
		return []string{"user/composition-" + strings.Repeat("*a", n) + ".c"}
	}, func(n int) string { return "user/composition-" + strings.Repeat("a", n) + "b.c" }},
	{"openEHR, one pattern of double stars", func(n int) []string {
		return []string{"user/composition-" + strings.Repeat("**a::", n) + ".c"}
	}, func(n int) string { return "user/composition-" + strings.Repeat("a::", n) + "b.c" }},
	{"openEHR, one pattern and a usual identifier", func(n int) []string {
		return []string{"user/composition-" + strings.Repeat("*a", 10*n) + ".c"}
	}, func(int) string { return "user/composition-" + strings.Repeat("a", 50) + "b.c" }},
	{"WLCG, many paths", func(n int) []string { return list(n, numbered("storage.read:/a/b/c/%07d")) },
		func(int) string { return "storage.read:/a/b/c/x" }},
	{"WLCG, long paths", func(n int) []string {
		path := "storage.read:" + strings.Repeat("/a", n)
		return []string{path + "/%2e%2f", path}
	}, func(n int) string { return "storage.read:" + strings.Repeat("/a", n) + "b" }},
	{"WLCG, prefixes of a long path", func(n int) []string {
		return list(n, func(i int) string { return "storage.read:/" + strings.Repeat("b", i%50+1) })
	}, func(n int) string { return "storage.read:/" + strings.Repeat("b", 10*n) + "/c" }},
	{"WLCG, escapes", func(n int) []string { return list(n, numbered("storage.read:/%%41/%07d/%%2")) },
		func(int) string { return "storage.read:/a/x" }},
}

// TestStrategiesGrowWithTheToken evaluates every strategy with every hostile list.
func TestStrategiesGrowWithTheToken(t *testing.T) {
	for name, strategy := range strategies {
		for _, h := range hostileScopes {
			t.Run(name+"/"+h.name, func(t *testing.T) {
				growth.Check(t, 400, func(n int) func() {
					token, required := &claims.Token{Scopes: h.granted(n)}, h.required(n)
					return func() { strategy(token, required) }
				})
			})
		}
	}
}

// TestImpliedGrowsWithTheToken has a table in which many scopes imply one.
func TestImpliedGrowsWithTheToken(t *testing.T) {
	growth.Check(t, 400, func(n int) func() {
		table := map[string][]string{}
		for i := range n {
			table[fmt.Sprint("admin", i)] = []string{"read"}
		}
		strategy := scopes.Implied(table)
		token := &claims.Token{Scopes: list(n, numbered("other%d"))}
		return func() { strategy(token, "read") }
	})
}

// TestFiltersGrowWithTheToken evaluates SMARTFiltered and its filters.
func TestFiltersGrowWithTheToken(t *testing.T) {
	parameters := func(n, from int) string {
		return strings.Join(list(n, func(i int) string { return fmt.Sprintf("a=%07d", from+i) }), "&")
	}
	for _, c := range []struct {
		name     string
		granted  func(n int) []string
		required func(n int) string
	}{
		{"many filters", func(n int) []string { return list(n, numbered("patient/*.rs?a=%07d")) }, nil},
		{"many parts that do not add up", func(n int) []string {
			return list(n, numbered("patient/*.r?a=%07d"))
		}, nil},
		{"many parts in pairs", func(n int) []string {
			return append(list(n/2, numbered("patient/*.r?a=%07d")), list(n/2, numbered("patient/*.s?a=%07d"))...)
		}, nil},
		{"many parts that add up in one", func(n int) []string {
			return append(list(n/2, numbered("patient/*.r?a=%07d")),
				list(n/2, numbered("patient/*.s?a=x&a=%07d"))...)
		}, nil},
		{"many that are equal", func(n int) []string { return list(n, same("patient/*.r?a=b")) }, nil},
		{"many without parameters", func(n int) []string { return list(n, same("patient/*.r")) }, nil},
		{"many with a common beginning", func(n int) []string {
			return list(n, numbered("patient/*.r?a=1&b=2&c=3&d=4&e=5&f=%07d"))
		}, nil},
		{"each narrower than the one before", func(n int) []string {
			var granted []string
			for i := 1; len(granted) < 20; i += max(1, n/20) {
				granted = append(granted, "patient/*.rs?b=c&"+parameters(min(i, n), 0))
			}
			return granted
		}, nil},
		{"two of many parameters", func(n int) []string {
			return []string{"patient/*.r?" + parameters(n, 0), "patient/*.s?" + parameters(n, 1)}
		}, nil},
		{"two of many parameters that are equal", func(n int) []string {
			return []string{"patient/*.r?" + parameters(n, 0), "patient/*.s?" + parameters(n, 0)}
		}, nil},
		{"the same parameter many times", func(n int) []string {
			return []string{"patient/*.rs?" + strings.Join(list(n, same("a=1")), "&")}
		}, nil},
		{"many parameters, and many required", func(n int) []string {
			return []string{"patient/*.rs?" + parameters(n, 0), "patient/*.rs?" + parameters(n, 1)}
		}, func(n int) string { return "patient/Observation.rs?" + parameters(n, n/2) }},
		{"many filters, and many parameters required", func(n int) []string {
			return list(n, numbered("patient/*.r?a=%07d"))
		}, func(n int) string { return "patient/Observation.rs?" + parameters(n, n/2) }},
		{"other scopes", func(n int) []string { return list(n, numbered("user/Observation.rs?a=%07d")) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth.Check(t, 400, func(n int) func() {
				required := "patient/Observation.rs"
				if c.required != nil {
					required = c.required(n)
				}
				need := scopes.SMARTFiltered(required)
				token := &claims.Token{Scopes: c.granted(n)}
				return func() {
					need.SatisfiedBy(token, scopes.Options{})
					need.Filters(token)
				}
			})
		})
	}
}

// TestRequirementsGrowWithTheirPartsAndTheToken evaluates requirements of n parts for
// tokens with n scopes, roles and groups.
func TestRequirementsGrowWithTheirPartsAndTheToken(t *testing.T) {
	parts := func(n int, part func(name string) scopes.Requirement) []scopes.Requirement {
		all := make([]scopes.Requirement, n)
		for i := range all {
			all[i] = part(fmt.Sprintf("name%07d", i))
		}
		return all
	}
	stepUp := func(name string) scopes.Requirement { return scopes.Authentication(time.Minute, name, "other") }
	// A chain of alternatives within alternatives.
	chain := func(n int) scopes.Requirement {
		last := scopes.All(scopes.Scope("x"), stepUp("gold"))
		for range n / 8 {
			last = scopes.Any(scopes.All(scopes.Scope("y"), stepUp("silver")), scopes.All(last, scopes.Role("z")))
		}
		return last
	}
	for _, c := range []struct {
		name string
		need func(n int) scopes.Requirement
	}{
		{"All scopes", func(n int) scopes.Requirement { return scopes.All(parts(n, scope)...) }},
		{"All roles", func(n int) scopes.Requirement { return scopes.All(parts(n, scopes.Role)...) }},
		{"All groups", func(n int) scopes.Requirement { return scopes.All(parts(n, scopes.Group)...) }},
		{"Any scope", func(n int) scopes.Requirement { return scopes.Any(parts(n, scope)...) }},
		{"Any role", func(n int) scopes.Requirement { return scopes.Any(parts(n, scopes.Role)...) }},
		{"Any group", func(n int) scopes.Requirement { return scopes.Any(parts(n, scopes.Group)...) }},
		{"All authentications", func(n int) scopes.Requirement { return scopes.All(parts(n, stepUp)...) }},
		{"an authentication of many values, and many that have none of them", func(n int) scopes.Requirement {
			many := scopes.Authentication(0, list(n, numbered("v%d"))...)
			return scopes.All(many, scopes.All(parts(n, stepUp)...))
		}},
		{"authentications of many values", func(n int) scopes.Requirement {
			return scopes.All(scopes.Authentication(0, list(n, numbered("v%d"))...),
				scopes.Authentication(0, list(n, func(i int) string { return fmt.Sprintf("v%d", n-i) })...))
		}},
		{"alternatives within alternatives", chain},
	} {
		for _, granted := range []struct {
			name string
			elem func(i int) string
		}{
			{"all of them", numbered("name%07d")},
			{"others", numbered("other%06d")},
			{"the first, many times", same("name0000000")},
		} {
			t.Run(c.name+"/"+granted.name, func(t *testing.T) {
				growth.Check(t, 400, func(n int) func() {
					names := list(n, granted.elem)
					token := &claims.Token{Scopes: names, Roles: names, Groups: names}
					need := c.need(n)
					if err := need.Err(); err != nil {
						t.Fatal(err)
					}
					return func() {
						need.SatisfiedBy(token, scopes.Options{Now: noon})
						need.Missing(token, scopes.Options{Now: noon})
						need.StepUp(token, scopes.Options{Now: noon})
						need.Scopes()
					}
				})
			})
		}
	}
}

// TestParseGrowsWithTheText reads long requirements.
func TestParseGrowsWithTheText(t *testing.T) {
	for name, text := range map[string]func(n int) string{
		"many scopes":   func(n int) string { return strings.Join(list(n, numbered("a%d")), " and ") },
		"many quoted":   func(n int) string { return strings.Join(list(n, numbered(`role:"a %d"`)), " or ") },
		"an open quote": func(n int) string { return `role:"` + strings.Repeat("a", 10*n) },
		"parentheses":   func(n int) string { return strings.Repeat("(", 10*n) },
		"values": func(n int) string {
			return "authentication(" + strings.Join(list(n, numbered("acr:%d")), " ") + ")"
		},
		"one long name":  func(n int) string { return strings.Repeat("a", 10*n) },
		"parts in parts": func(n int) string { return strings.Join(list(n, numbered("(a%d or b)")), " and ") },
	} {
		t.Run(name, func(t *testing.T) {
			growth.Check(t, 400, func(n int) func() {
				text := text(n)
				return func() {
					r, _ := scopes.Parse(text)
					_ = r.String()
				}
			})
		})
	}
}

func scope(name string) scopes.Requirement { return scopes.Scope(name) }
