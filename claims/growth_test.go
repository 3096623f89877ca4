package claims_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/growth"
)

// longPrefix is longer than most names of scopes and roles.
var longPrefix = strings.Repeat("https://api.example.com/", 2)

// hostileLists are lists of n names that are expensive to compare.
var hostileLists = []struct {
	name string
	elem func(i int) string
}{
	{"many that differ", func(i int) string { return fmt.Sprintf("%07d", i) }},
	{"many that are equal", func(int) string { return "scope.a" }},
	{"few that repeat", func(i int) string { return fmt.Sprintf("%07d", i%100) }},
	{"a long common prefix", func(i int) string { return fmt.Sprintf("%s%07d", longPrefix, i) }},
	{"a long common end", func(i int) string { return fmt.Sprintf("%07d%s", i, longPrefix) }},
	{"different lengths", func(i int) string { return strings.Repeat("a", i%100+1) + fmt.Sprintf("%07d", i) }},
	{"escapes", func(i int) string { return fmt.Sprintf(`\u0061%07d`, i) }},
}

func list(n int, elem func(i int) string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = elem(i)
	}
	return list
}

// array returns a JSON array of strings.
func array(list []string) string { return `["` + strings.Join(list, `","`) + `"]` }

// object returns a JSON object with a member for each different name in list.
func object(list []string, value string) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, name := range list {
		if !seen[name] {
			b.WriteString(`,"` + name + `":` + value)
		}
		seen[name] = true
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

// listClaims are all the ways in which a dialect reads a list.
var listClaims = []struct {
	name    string
	dialect claims.Dialect
	members func(list []string) string
}{
	{"scope, a string", claims.Dialect{}, func(l []string) string {
		return `"scope":"` + strings.Join(l, " ") + `"`
	}},
	{"scope, an array", claims.Dialect{}, func(l []string) string { return `"scope":` + array(l) }},
	{"scope and scp", claims.Dialect{}, func(l []string) string {
		return `"scope":` + array(l) + `,"scp":"` + strings.Join(l, " ") + `"`
	}},
	{"scopes with a prefix", claims.Dialect{ScopePrefix: "scope."}, func(l []string) string {
		return `"scope":` + array(l) + `,"scp":"scope.` + strings.Join(l, " scope.") + `"`
	}},
	{"scopes of clients", claims.Dialect{ClientScopes: [][]string{{"authorities"}}}, func(l []string) string {
		return `"client_id":"c","authorities":` + array(l)
	}},
	{"roles", claims.Dialect{}, func(l []string) string { return `"roles":` + array(l) }},
	{"roles, objects with a value", claims.Dialect{}, func(l []string) string {
		return `"roles":[{"value":"` + strings.Join(l, `"},{"value":"`) + `"}]`
	}},
	{"roles, members of an object", claims.Dialect{}, func(l []string) string {
		return `"roles":` + object(l, "1")
	}},
	{"roles and entitlements", claims.Dialect{}, func(l []string) string {
		return `"roles":` + array(l) + `,"entitlements":` + array(l)
	}},
	{"groups", claims.Dialect{}, func(l []string) string { return `"groups":` + array(l) }},
	{"aud", claims.Dialect{}, func(l []string) string { return `"aud":` + array(l) }},
	{"amr", claims.Dialect{}, func(l []string) string { return `"amr":` + array(l) }},
	{"a claim with one value", claims.Dialect{}, func(l []string) string {
		return `"tenant":` + array(l) + `,"source_system":` + object(l, "1")
	}},
	{"tenants in scopes", claims.Dialect{TenantPrefix: "0", SourceSystemPrefix: "s"}, func(l []string) string {
		return `"scope":` + array(l) + `,"roles":` + array(l)
	}},
	{"members", claims.Dialect{}, func(l []string) string {
		return strings.Trim(object(l, "1"), "{}")
	}},
	{"members in capitals", claims.Dialect{}, func(l []string) string {
		return strings.ReplaceAll(strings.Trim(object(l, "1"), "{}"), `"0`, `"É0`)
	}},
	{"objects within objects", dialects.Keycloak(), func(l []string) string {
		return `"realm_access":{"roles":` + array(l) + `},"resource_access":` + object(l, `{"roles":["a"]}`)
	}},
}

// TestReadingGrowsWithTheToken reads every list with every hostile content.
func TestReadingGrowsWithTheToken(t *testing.T) {
	for _, c := range listClaims {
		for _, h := range hostileLists {
			t.Run(c.name+"/"+h.name, func(t *testing.T) {
				growth.Check(t, 400, func(n int) func() {
					return reading(t, c.dialect, with(c.members(list(n, h.elem))), "api", "api2")
				})
			})
		}
	}
}

// reading returns the work of reading payload with d.
func reading(t *testing.T, d claims.Dialect, payload string, audiences ...string) func() {
	t.Helper()
	var p claims.Payload
	if err := p.UnmarshalJSON([]byte(payload)); err != nil {
		t.Fatal(err)
	}
	variant := d.CaseVariants()
	return func() {
		if _, err := d.Token(p, audiences...); err != nil {
			t.Fatal(err)
		}
		if err := p.UnmarshalJSON([]byte(payload)); err != nil {
			t.Fatal(err)
		}
		variant(p)
	}
}

// TestTwoListsOfATokenAreNotMultiplied reads payloads in which one list says how often
// another one is read.
func TestTwoListsOfATokenAreNotMultiplied(t *testing.T) {
	number := func(prefix string) func(i int) string {
		return func(i int) string { return fmt.Sprintf("%s%07d", prefix, i) }
	}
	same := func(s string) func(int) string { return func(int) string { return s } }
	ofAudience := claims.Dialect{Roles: [][]string{{"resource_access", "{audience}", "roles"}}}
	for _, c := range []struct {
		name      string
		dialect   claims.Dialect
		payload   func(n int) string
		audiences func(n int) []string
	}{
		{"one audience, many times, and its roles", ofAudience, func(n int) string {
			return `"aud":` + array(list(n, same("api"))) +
				`,"resource_access":{"api":{"roles":` + array(list(n, number("r"))) + `}}`
		}, nil},
		{"many audiences of this API, and their roles", ofAudience, func(n int) string {
			return `"aud":` + array(list(n, number("api"))) +
				`,"resource_access":` + object(list(n, number("api")), `{"roles":["a"]}`)
		}, func(n int) []string { return list(n, number("api")) }},
		{"many audiences of this API, a claim for each",
			claims.Dialect{Groups: [][]string{{"groups/{audience}"}}}, func(n int) string {
				return `"aud":` + array(list(n, number("api"))) +
					"," + strings.Trim(object(list(n, number("groups/api")), `"a"`), "{}")
			}, func(n int) []string { return list(n, number("api")) }},
		{"many audiences, and many of this API", claims.Dialect{}, func(n int) string {
			return `"aud":` + array(list(n, number("other")))
		}, func(n int) []string { return list(n, number("mynet")) }},
		{"many audiences with escapes, and many of this API", claims.Dialect{}, func(n int) string {
			return `"aud":` + array(list(n, number(`\u006fther`)))
		}, func(n int) []string { return list(n, number("mynet")) }},
		{"many values, and a rule that names many", claims.Dialect{
			NotAccess: []claims.Rule{{Claim: []string{"typ"}, In: list(1600, number("refresh"))}},
		}, func(n int) string { return `"typ":` + array(list(n, number("bearers"))) }, nil},
		{"many values, and a rule for their ends", claims.Dialect{
			NotAccess: []claims.Rule{{Claim: []string{"typ"}, Prefix: "re", Suffix: "resh"}},
		}, func(n int) string { return `"typ":` + array(list(n, number("refresh"))) }, nil},
		{"many parts of a path, and a rule that compares them", claims.Dialect{
			NotAccess: []claims.Rule{{Claim: []string{"sub"}, NotWithin: []string{"path"}, In: []string{"x"}}},
		}, func(n int) string {
			return `"sub":"x","path":"/x` + strings.Join(list(n, same("a")), "/") + `/x"`
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth.Check(t, 200, func(n int) func() {
				audiences := []string{"api"}
				if c.audiences != nil {
					audiences = c.audiences(n)
				}
				return reading(t, c.dialect, with(c.payload(n)), audiences...)
			})
		})
	}
}

// TestMarksGrowWithTheToken reads many claims that could name the kind of the token, and
// long lists in them.
func TestMarksGrowWithTheToken(t *testing.T) {
	for name, members := range map[string]func(n int) string{
		"a list of kinds": func(n int) string {
			return `"token_type":` + array(list(n, func(int) string { return "access" }))
		},
		"long words": func(n int) string { return `"type":"` + strings.Repeat("-", n) + `"` },
		"many spellings": func(n int) string {
			return strings.Join(list(n, func(i int) string { return `"t` + signs(i) + `ype":"access"` }), ",")
		},
		"many names in capitals": func(n int) string {
			return strings.Join(list(n, func(i int) string { return fmt.Sprintf(`"A%07d":1`, i) }), ",")
		},
		"ignored marks": func(n int) string {
			return strings.Join(list(n, func(i int) string { return `"u` + signs(i) + `se":"refresh"` }), ",")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := claims.Dialect{DangerouslyIgnoreMarks: [][]string{{"use"}}}
			growth.Check(t, 400, func(n int) func() { return reading(t, d, with(members(n))) })
		})
	}
}

// signs returns i in signs that do not count in the names of claims.
func signs(i int) string {
	return strings.NewReplacer("0", "-", "1", "_").Replace(fmt.Sprintf("%016b", i))
}
