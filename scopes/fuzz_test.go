package scopes_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/scopes"
)

// FuzzParse checks that Parse reads the text of what it returned as the same
// requirement.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"deals-read", `deals-read and (role:admin or group:"o p s")`, "all()", "any()", `"and" or "role:x"`,
		`filtered:user/Observation.rs?a=1`, `authentication(max_age:300 acr:gold acr:"(")`, "((a or b) and c) or d",
		"a AND b", "a and b or c", "where:x", `"\`, "all() or a", "a and all()", "(",
		"role:\"\\xff\"", "authentication(", "a\u00a0and b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := scopes.Parse(text)
		if err != nil {
			if r.Err() == nil || r.SatisfiedBy(&claims.Token{Scopes: strings.Fields(text)}, scopes.Options{}) {
				t.Fatalf("%v, but a token satisfies the requirement", err)
			}
			return
		}
		if err := r.Err(); err != nil {
			t.Fatalf("Parse accepts what Err reports: %v", err)
		}
		again, err := scopes.Parse(r.String())
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		if !scopes.Equal(r, again) || r.String() != again.String() {
			t.Fatalf("%s was read as %s", r, again)
		}
	})
}

// FuzzString checks that Parse reads the text of every requirement that the
// functions of the package can build, with any names.
func FuzzString(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, "a b", `role:"x"`)
	f.Add([]byte{6, 3, 7, 2, 0, 1, 2}, "and", "(or)")
	f.Add([]byte{4, 4, 5, 5, 3, 3}, "all()", "\xff\x00")
	f.Fuzz(func(t *testing.T, plan []byte, one, two string) {
		if len(plan) > 100 || len(one)+len(two) > 200 {
			t.Skip("larger inputs find nothing more")
		}
		r := build(&plan, one, two, 0)
		if r.Err() != nil {
			return
		}
		again, err := scopes.Parse(r.String())
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		if !scopes.Equal(r, again) {
			t.Fatalf("%s was read as %s", r, again)
		}
		token := &claims.Token{Scopes: []string{one}, Roles: []string{two}, Groups: []string{one}, ACR: two,
			AuthTime: noon}
		options := scopes.Options{Now: noon}
		satisfied := r.SatisfiedBy(token, options)
		if satisfied != again.SatisfiedBy(token, options) || satisfied != (r.Missing(token, options) == nil) {
			t.Fatalf("%s is satisfied and not satisfied", r)
		}
		if _, _, needed := r.StepUp(token, options); needed && satisfied {
			t.Fatalf("%s is satisfied and asks for a step up", r)
		}
		for _, name := range r.Scopes() {
			if scopes.Scope(name).Err() != nil {
				t.Fatalf("%s names %q", r, name)
			}
		}
	})
}

// build makes a requirement from the steps in plan.
func build(plan *[]byte, one, two string, depth int) scopes.Requirement {
	next := func() byte {
		if len(*plan) == 0 {
			return 0
		}
		b := (*plan)[0]
		*plan = (*plan)[1:]
		return b
	}
	parts := func() []scopes.Requirement {
		var parts []scopes.Requirement
		for range next() % 4 {
			parts = append(parts, build(plan, one, two, depth+1))
		}
		return parts
	}
	step := next() % 9
	if depth > 20 {
		step %= 6
	}
	switch step {
	case 1:
		return scopes.Scope(two)
	case 2:
		return scopes.Role(one)
	case 3:
		return scopes.Group(two)
	case 4:
		return scopes.Authentication(time.Duration(next())*time.Second, one, two)
	case 5:
		return scopes.SMARTFiltered(one)
	case 6:
		return scopes.All(parts()...)
	case 7:
		return scopes.Any(parts()...)
	case 8:
		return scopes.Bound()
	}
	return scopes.Scope(one)
}

// FuzzStrategies checks the properties that all strategies have, and compares
// the two wildcard matchers with slow and simple ones.
func FuzzStrategies(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(strings.Join(v.Granted, " "), v.Required)
	}
	f.Fuzz(func(t *testing.T, scope, required string) {
		if len(scope)+len(required) > 2000 {
			t.Skip("larger inputs find nothing more")
		}
		granted := strings.Split(scope, " ")
		token := &claims.Token{Scopes: granted}
		valid := scopes.Scope(required).Err() == nil
		for name, strategy := range strategies {
			got := strategy(token, required)
			if strategy(&claims.Token{}, required) {
				t.Errorf("%s: a token without scopes covers %q", name, required)
			}
			exact := slices.Contains(granted, required)
			if exact && !got && valid && !(name == "wlcg_path" && strings.HasPrefix(required, "storage.")) {
				t.Errorf("%s: %q does not cover itself", name, required)
			}
			if name == "exact" && got != exact {
				t.Errorf("%s: %q for %q is %v", name, granted, required, got)
			}
			if got && !strategy(&claims.Token{Scopes: append([]string{"more"}, granted...)}, required) {
				t.Errorf("%s: another scope takes %q away", name, required)
			}
			if got != strategy(&claims.Token{Scopes: reversed(granted)}, required) {
				t.Errorf("%s: the order of %q matters for %q", name, granted, required)
			}
		}
		for _, one := range granted {
			single := &claims.Token{Scopes: []string{one}}
			if !valid || !utf8.ValidString(one) {
				continue // for package regexp
			}
			if got, want := scopes.Wildcard('.')(single, required), slowWildcard(one, required); got != want && valid {
				t.Errorf("wildcard: %q for %q is %v", one, required, got)
			}
			// As a pattern and an identifier, if the slow matcher can cope with them.
			if one == "" || required == "" || len(one)+len(required) > 100 || strings.Count(one,
				"*") > 6 || strings.Contains(required, "*") {
				continue
			}
			pattern := &claims.Token{Scopes: []string{"user/aql-" + one + ".r"}}
			want := one == "*" || one == required || slowPattern(one, required)
			if got := scopes.OpenEHR(pattern, "user/aql-"+required+".r"); got != want {
				t.Errorf("openehr: %q for %q is %v", one, required, got)
			}
		}
		checkGrowth(t, granted, required)
		if filters, ok := scopes.SMARTFiltered(required).Filters(token); ok {
			for _, filter := range filters {
				separator := "?"
				if strings.Contains(required, "?") {
					separator = "&"
				}
				if constrained := required + separator + strings.Join(filter, "&"); !scopes.SMART(token, constrained) {
					t.Errorf("%q: %s is not granted", granted, constrained)
				}
			}
		}
	})
}

// checkGrowth fails t if the work for more scopes like granted, and a longer one like
// required, is out of proportion to their length.
func checkGrowth(t *testing.T, granted []string, required string) {
	for name, strategy := range strategies {
		growth.CheckOnce(t, 20, func(n int) func() {
			token, longer := enlarged(granted, n), required+strings.Repeat(required, n)
			return func() { strategy(token, longer) }
		})
		if t.Failed() {
			t.Fatalf("%s: %q for %q", name, granted, required)
		}
	}
	growth.CheckOnce(t, 20, func(n int) func() {
		token, need := enlarged(granted, n), scopes.SMARTFiltered(required)
		return func() { need.Filters(token) }
	})
}

// enlarged returns a token with n times as many scopes as granted, which differ in
// their ends.
func enlarged(granted []string, n int) *claims.Token {
	token := &claims.Token{}
	for i := range n {
		for _, scope := range granted {
			token.Scopes = append(token.Scopes, scope+strconv.Itoa(i))
		}
	}
	return token
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

// slowWildcard is Wildcard('.') for a single granted scope.
func slowWildcard(granted, required string) bool {
	if granted == required || granted == "*" {
		return true
	}
	segments := strings.Split(granted, ".")
	for i, segment := range segments {
		switch {
		case segment != "*":
			segments[i] = regexp.QuoteMeta(segment)
		case i == len(segments)-1:
			segments[i] = `[^.](?s:.*)`
		default:
			segments[i] = `[^.]+`
		}
	}
	return regexp.MustCompile(`\A` + strings.Join(segments, `\.`) + `\z`).MatchString(required)
}

// slowPattern matches an openEHR pattern by backtracking.
func slowPattern(pattern, id string) bool {
	switch {
	case pattern == "":
		return id == ""
	case strings.HasPrefix(pattern, "**"):
		return slowPattern(pattern[2:], id) || id != "" && slowPattern(pattern, rest(id))
	case pattern[0] == '*':
		return slowPattern(pattern[1:], id) || id != "" && !strings.HasPrefix(id, "::") && slowPattern(pattern,
			rest(id))
	case id == "" || strings.HasPrefix(id, "::") != strings.HasPrefix(pattern, "::") || id[0] != pattern[0]:
		return false
	}
	return slowPattern(rest(pattern), rest(id))
}

// rest returns s without its first symbol.
func rest(s string) string {
	if strings.HasPrefix(s, "::") {
		return s[2:]
	}
	return s[1:]
}
